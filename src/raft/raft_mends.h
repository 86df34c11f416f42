/* What libraft 0.22.1 gets wrong, as far as the simulator has found, and what is done about it. Part of
 * raft_shim.c, which alone uses it: beside the two nobody includes raft.h. Each function stands for a plain
 * rs_step. Sources named here and in raft_mends.c are libraft's.
 */
#ifndef BATATA_RAFT_MENDS_H
#define BATATA_RAFT_MENDS_H
#include <raft.h>

#include "raft/raft_shim.h"

/* Internal to the library, visible in its archive. The version is pinned, and a missing one fails the link.
 */
extern raft_term TrailTermOf(const struct raft_trail* trail, raft_index index);

struct rs_core {
  struct raft raft;
  struct raft_entry* given; /* array handed to the core, kept to the next call: its update points into it */
  unsigned given_cap;
  void* held; /* batch behind the entries of the last update, ours to free */
  rs_entry* entries;
  unsigned entries_cap;
  rs_message* messages;
  unsigned messages_cap;
};

/* One raft_step. Fills `update`. */
int rs_step(rs_core* core, uint64_t now, struct raft_event* event, rs_update* update);

/* A RequestVote has come: votes also when the own log does not yet, or no longer, give it a vote. */
int rs_vote(rs_core* core, uint64_t now, struct raft_event* event, rs_update* update);
/* An AppendEntries that begins with a change of membership has come: the change before it, being committed,
 * is what remains when this one is taken back. */
int rs_append(rs_core* core, uint64_t now, struct raft_event* event, rs_update* update);
/* A timer has run out: who asked for votes in vain asks for a pre-vote first, who is left alone leads in a
 * term of its own, and who has no vote forgets a leader that is silent. */
int rs_tick(rs_core* core, uint64_t now, struct raft_event* event, rs_update* update);
/* Puts right what answers to `received` say: nothing uninitialised, and the own term to a pre-vote for an
 * older one. */
void rs_mend_answers(rs_core* core, const rs_message* received, const rs_update* update);

#endif
