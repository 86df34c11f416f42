/* C face of the consensus core: raft_step() of libraft 0.22.1, usable from C and C++.
 *
 * raft.h is not valid C++ (it defines types inside sizeof), and hiding its legacy half shrinks struct raft
 * against the library. So this header names nothing of raft.h, and raft_shim.c and raft_mends.c alone include
 * it.
 *
 * Pure: no I/O, no clock, no threads; one rs_core belongs to one thread. Times are milliseconds of any steady
 * clock. Memory: entry data given to a call must stay valid until it returns, and until the update it filled
 * has been read; an update is valid until the next rs_* call on the same core. Nothing is copied, nothing is
 * kept. Errors: 0 or libraft's code (rs_error_text). After a failure the update is empty and the core
 * unchanged. Out of memory ends the process: the core may have moved half way. Source: the Core API pages of
 * libraft's documentation; ownership of batches from src/recv_append_entries.c, src/client.c, src/restore.c
 * and src/replication.c of the same version.
 */
#ifndef BATATA_RAFT_SHIM_H
#define BATATA_RAFT_SHIM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct rs_core rs_core;

enum { RS_VERSION_NEEDED = 2201 };
enum { RS_FOLLOWER = 1, RS_CANDIDATE = 2, RS_LEADER = 3 };
enum { RS_COMMAND = 1, RS_BARRIER = 2, RS_CHANGE = 3 };
enum { RS_STANDBY = 0, RS_VOTER = 1, RS_SPARE = 2 };
enum { /* flags of rs_update */
       RS_CURRENT_TERM = 1,
       RS_VOTED_FOR = 2,
       RS_ENTRIES = 4,
       RS_MESSAGES = 16,
       RS_STATE = 32,
       RS_COMMIT_INDEX = 64
};
enum {
  RS_APPEND_ENTRIES = 1,
  RS_APPEND_ENTRIES_RESULT = 2,
  RS_REQUEST_VOTE = 3,
  RS_REQUEST_VOTE_RESULT = 4,
  RS_TIMEOUT_NOW = 6
};

typedef struct {
  uint64_t term;
  int type;
  const void* data;
  size_t len;
} rs_entry;

/* What the state machine's snapshot stands for. `configuration` in the encoding of an RS_CHANGE entry. */
typedef struct {
  uint64_t index, term;
  uint64_t configuration_index;
  const void* configuration;
  size_t configuration_len;
} rs_snapshot;

/* Encode it field by field; never copy the struct to a wire. */
typedef struct {
  int type;
  uint64_t peer; /* to send: the receiver; received: the sender */
  union {
    struct {
      uint64_t term, prev_log_index, prev_log_term, leader_commit;
      unsigned n_entries;
      const rs_entry* entries; /* received only; to send, take n_entries from the log behind prev_log_index */
    } append_entries;
    struct {
      uint64_t term, rejected, last_log_index;
      uint16_t version, features, capacity;
    } append_entries_result;
    struct {
      uint64_t term, candidate_id, last_log_index, last_log_term;
      bool disrupt_leader, pre_vote;
    } request_vote;
    struct {
      uint64_t term;
      bool vote_granted, pre_vote;
      uint16_t version, features, capacity;
    } request_vote_result;
    struct {
      uint64_t term, last_log_index, last_log_term;
    } timeout_now;
  } u;
} rs_message;

typedef struct {
  unsigned flags;
  uint64_t entries_index; /* of entries[0] */
  unsigned n_entries;
  const rs_entry* entries;
  unsigned n_messages;
  const rs_message* messages;
} rs_update;

/* Of the library that is linked; refuse to start below RS_VERSION_NEEDED: 0.15 loses committed entries. */
int rs_version(void);
const char* rs_error_text(int error);

/* Pre-vote is on. */
rs_core* rs_new(uint64_t id, const char* address, unsigned seed, unsigned election_ms, unsigned heartbeat_ms);
void rs_free(rs_core* core);

/* First call. `snapshot` may be null when the log begins with entry 1, which must be an RS_CHANGE then;
 * `first_index` is that of entries[0], at most snapshot->index + 1. A lone voter comes back as leader of the
 * given term with all entries committed. Data of entries is read for RS_CHANGE only and may be null for
 * others. */
int rs_start(rs_core* core, uint64_t now, uint64_t term, uint64_t voted_for, const rs_snapshot* snapshot,
             uint64_t first_index, const rs_entry* entries, unsigned n, rs_update* update);
int rs_receive(rs_core* core, uint64_t now, const rs_message* message, rs_update* update);
int rs_timeout(rs_core* core, uint64_t now, rs_update* update);
/* Entries must carry the core's term. Refused unless leader, and on a leader that transfers leadership. */
int rs_submit(rs_core* core, uint64_t now, const rs_entry* entries, unsigned n, rs_update* update);
/* Entries up to `index` are durable. Does nothing when that was known, or when the entry there is no longer
 * one of `term`: the core only asserts both, and Debian builds it without assertions. */
int rs_persisted(rs_core* core, uint64_t now, uint64_t index, uint64_t term, rs_update* update);
/* A committed RS_CHANGE entry has been reached. */
int rs_committed_change(rs_core* core, uint64_t now, uint64_t index, const void* data, size_t len,
                        rs_update* update);
/* The state up to snapshot->index is on disk and the log now begins at `first_kept`, at most snapshot->index
 * + 1. Does nothing for a snapshot that is not newer than the last one or that the log does not reach. */
int rs_compacted(rs_core* core, uint64_t now, const rs_snapshot* snapshot, uint64_t first_kept,
                 rs_update* update);

uint64_t rs_term(const rs_core* core);
uint64_t rs_voted_for(const rs_core* core);
uint64_t rs_commit_index(const rs_core* core);
uint64_t rs_last_index(const rs_core* core);
uint64_t rs_last_stored(const rs_core* core);
uint64_t rs_term_of(const rs_core* core, uint64_t index); /* 0: not in the log */
uint64_t rs_next_timeout(const rs_core* core);
uint64_t rs_leader(rs_core* core); /* 0: unknown */
int rs_state(rs_core* core);
/* The membership the core acts by: the newest in its log, committed or not. Addresses are valid until the
 * next rs_* call. */
unsigned rs_server_count(const rs_core* core);
uint64_t rs_server_id(const rs_core* core, unsigned i);
const char* rs_server_address(const rs_core* core, unsigned i);
int rs_server_role(const rs_core* core, unsigned i);

#ifdef __cplusplus
}
#endif
#endif
