/* The calls of raft_shim.h, in terms of raft.h. */
#include "raft/raft_shim.h"

#include <raft.h>
#include <stdlib.h>
#include <string.h>

#include "raft/raft_mends.h"

#if RAFT_VERSION_NUMBER != 2201
#error "written for libraft 0.22.1: ownership of batches differs in other versions"
#endif
#define SAME(a, b) _Static_assert((int)(a) == (int)(b), #a)
SAME(RS_VERSION_NEEDED, RAFT_VERSION_NUMBER);
SAME(RS_FOLLOWER, RAFT_FOLLOWER);
SAME(RS_CANDIDATE, RAFT_CANDIDATE);
SAME(RS_LEADER, RAFT_LEADER);
SAME(RS_COMMAND, RAFT_COMMAND);
SAME(RS_BARRIER, RAFT_BARRIER);
SAME(RS_CHANGE, RAFT_CHANGE);
SAME(RS_STANDBY, RAFT_STANDBY);
SAME(RS_VOTER, RAFT_VOTER);
SAME(RS_SPARE, RAFT_SPARE);
SAME(RS_APPEND_ENTRIES, RAFT_APPEND_ENTRIES);
SAME(RS_REQUEST_VOTE_RESULT, RAFT_REQUEST_VOTE_RESULT);
SAME(RS_TIMEOUT_NOW, RAFT_TIMEOUT_NOW);
SAME(RS_CURRENT_TERM, RAFT_UPDATE_CURRENT_TERM);
SAME(RS_VOTED_FOR, RAFT_UPDATE_VOTED_FOR);
SAME(RS_ENTRIES, RAFT_UPDATE_ENTRIES);
SAME(RS_MESSAGES, RAFT_UPDATE_MESSAGES);
SAME(RS_STATE, RAFT_UPDATE_STATE);
SAME(RS_COMMIT_INDEX, RAFT_UPDATE_COMMIT_INDEX);

int rs_version(void) {
  return raft_version_number();
}
const char* rs_error_text(int error) {
  return raft_strerror(error);
}

rs_core* rs_new(uint64_t id, const char* address, unsigned seed, unsigned election_ms,
                unsigned heartbeat_ms) {
  rs_core* c = calloc(1, sizeof *c); /* zeroed: raft_init leaves legacy fields alone when io is NULL */
  if (c == NULL || raft_init(&c->raft, NULL, NULL, id, address) != 0) abort();
  c->raft.tracer = NULL;
  raft_seed(&c->raft, seed);
  raft_set_pre_vote(&c->raft, true);
  raft_set_election_timeout(&c->raft, election_ms);
  raft_set_heartbeat_timeout(&c->raft, heartbeat_ms);
  return c;
}

static void drop_held(rs_core* c) {
  raft_free(c->held);
  c->held = NULL;
}

void rs_free(rs_core* c) {
  if (c == NULL) return;
  drop_held(c);
  raft_close(&c->raft, NULL);
  free(c->given);
  free(c->entries);
  free(c->messages);
  free(c);
}

static void* room(void* array, unsigned* cap, unsigned n, size_t size) {
  if (n <= *cap) return array;
  void* p = realloc(array, n * size);
  if (p == NULL) abort();
  *cap = n;
  return p;
}

/* Fills c->given. The data stays where the caller has it: the core reads only that of RS_CHANGE entries, and
 * only during the call. It frees nothing but the batch, which is one byte that stands for all entries. */
static void* give(rs_core* c, const rs_entry* in, unsigned n) {
  void* batch = raft_malloc(1);
  if (batch == NULL) abort();
  c->given = room(c->given, &c->given_cap, n, sizeof *c->given);
  for (unsigned i = 0; i < n; i++) {
    memset(&c->given[i], 0, sizeof c->given[i]);
    c->given[i].term = in[i].term;
    c->given[i].type = (enum raft_entry_type)in[i].type;
    c->given[i].buf.base = (void*)in[i].data;
    c->given[i].buf.len = in[i].len;
    c->given[i].batch = batch;
  }
  return batch;
}

static bool copy_out(const struct raft_message* m, rs_message* o) {
  memset(o, 0, sizeof *o);
  o->type = m->type;
  o->peer = m->server_id;
  switch (m->type) {
    case RAFT_APPEND_ENTRIES:
      o->u.append_entries.term = m->append_entries.term;
      o->u.append_entries.prev_log_index = m->append_entries.prev_log_index;
      o->u.append_entries.prev_log_term = m->append_entries.prev_log_term;
      o->u.append_entries.leader_commit = m->append_entries.leader_commit;
      o->u.append_entries.n_entries = m->append_entries.n_entries;
      return true;
    case RAFT_APPEND_ENTRIES_RESULT:
      o->u.append_entries_result.term = m->append_entries_result.term;
      o->u.append_entries_result.rejected = m->append_entries_result.rejected;
      o->u.append_entries_result.last_log_index = m->append_entries_result.last_log_index;
      o->u.append_entries_result.version = m->append_entries_result.version;
      o->u.append_entries_result.features = m->append_entries_result.features;
      o->u.append_entries_result.capacity = m->append_entries_result.capacity;
      return true;
    case RAFT_REQUEST_VOTE:
      o->u.request_vote.term = m->request_vote.term;
      o->u.request_vote.candidate_id = m->request_vote.candidate_id;
      o->u.request_vote.last_log_index = m->request_vote.last_log_index;
      o->u.request_vote.last_log_term = m->request_vote.last_log_term;
      o->u.request_vote.disrupt_leader = m->request_vote.disrupt_leader;
      o->u.request_vote.pre_vote = m->request_vote.pre_vote;
      return true;
    case RAFT_REQUEST_VOTE_RESULT:
      o->u.request_vote_result.term = m->request_vote_result.term;
      o->u.request_vote_result.vote_granted = m->request_vote_result.vote_granted;
      o->u.request_vote_result.pre_vote = m->request_vote_result.pre_vote;
      o->u.request_vote_result.version = m->request_vote_result.version;
      o->u.request_vote_result.features = m->request_vote_result.features;
      o->u.request_vote_result.capacity = m->request_vote_result.capacity;
      return true;
    case RAFT_TIMEOUT_NOW:
      o->u.timeout_now.term = m->timeout_now.term;
      o->u.timeout_now.last_log_index = m->timeout_now.last_log_index;
      o->u.timeout_now.last_log_term = m->timeout_now.last_log_term;
      return true;
    default:
      return false; /* RAFT_INSTALL_SNAPSHOT: a follower that lags behind the log is not served by this
                       version */
  }
}

int rs_step(rs_core* c, uint64_t now, struct raft_event* event, rs_update* out) {
  struct raft_update u;
  memset(out, 0, sizeof *out);
  memset(&u, 0, sizeof u);
  event->time = now;
  event->capacity = 0xffff;
  const int rv = raft_step(&c->raft, event, &u);
  if (rv == RAFT_NOMEM) abort();
  if (rv != 0) return rv;
  out->flags = u.flags & (RS_CURRENT_TERM | RS_VOTED_FOR | RS_STATE | RS_COMMIT_INDEX);
  if (u.flags & (RAFT_UPDATE_ENTRIES)) {
    c->entries = room(c->entries, &c->entries_cap, u.entries.n, sizeof *c->entries);
    for (unsigned i = 0; i < u.entries.n; i++) {
      const struct raft_entry* e = &u.entries.batch[i];
      c->entries[i] = (rs_entry){e->term, e->type, e->buf.base, e->buf.len};
    }
    c->held =
        u.entries.batch[0].batch; /* ours once the core has handed it over, also that of its own barrier */
    out->flags |= RS_ENTRIES;
    out->entries_index = u.entries.index;
    out->n_entries = u.entries.n;
    out->entries = c->entries;
  }
  if (u.flags & (RAFT_UPDATE_MESSAGES)) {
    c->messages = room(c->messages, &c->messages_cap, u.messages.n, sizeof *c->messages);
    for (unsigned i = 0; i < u.messages.n; i++)
      out->n_messages += copy_out(&u.messages.batch[i], &c->messages[out->n_messages]);
    out->messages = c->messages;
    if (out->n_messages > 0) out->flags |= RS_MESSAGES;
  }
  return 0;
}

static int decode(const rs_snapshot* in, struct raft_snapshot_metadata* out) {
  struct raft_buffer buf = {(void*)in->configuration, in->configuration_len};
  memset(out, 0, sizeof *out);
  out->index = in->index;
  out->term = in->term;
  out->configuration_index = in->configuration_index;
  return raft_configuration_decode(&buf, &out->configuration);
}

int rs_start(rs_core* c, uint64_t now, uint64_t term, uint64_t voted_for, const rs_snapshot* snapshot,
             uint64_t first_index, const rs_entry* entries, unsigned n, rs_update* out) {
  struct raft_event e;
  struct raft_snapshot_metadata metadata;
  drop_held(c);
  memset(out, 0, sizeof *out);
  memset(&e, 0, sizeof e);
  e.type = RAFT_START;
  e.start.term = term;
  e.start.voted_for = voted_for;
  e.start.start_index = first_index;
  if (snapshot != NULL) {
    const int rv = decode(snapshot, &metadata);
    if (rv != 0) return rv;
    e.start.metadata = &metadata; /* the core takes the decoded configuration over */
  }
  void* batch = n > 0 ? give(c, entries, n) : NULL;
  e.start.entries = n > 0 ? c->given : NULL;
  e.start.n_entries = n;
  const int rv = rs_step(c, now, &e, out);
  if (rv != 0) abort(); /* the caller has checked configurations; what is left is a defect */
  raft_free(batch);     /* the core has kept (index, term) runs only */
  return 0;
}

static void copy_in(const rs_message* m, struct raft_message* r) {
  switch (m->type) {
    case RS_APPEND_ENTRIES_RESULT:
      r->append_entries_result.version = (unsigned char)m->u.append_entries_result.version;
      r->append_entries_result.term = m->u.append_entries_result.term;
      r->append_entries_result.rejected = m->u.append_entries_result.rejected;
      r->append_entries_result.last_log_index = m->u.append_entries_result.last_log_index;
      r->append_entries_result.features = m->u.append_entries_result.features;
      r->append_entries_result.capacity = m->u.append_entries_result.capacity;
      break;
    case RS_REQUEST_VOTE:
      r->request_vote.version =
          2; /* the core leaves it uninitialised when it asks; below 2 weakens pre-vote */
      r->request_vote.term = m->u.request_vote.term;
      r->request_vote.candidate_id = m->u.request_vote.candidate_id;
      r->request_vote.last_log_index = m->u.request_vote.last_log_index;
      r->request_vote.last_log_term = m->u.request_vote.last_log_term;
      r->request_vote.disrupt_leader = m->u.request_vote.disrupt_leader;
      r->request_vote.pre_vote = m->u.request_vote.pre_vote;
      break;
    case RS_REQUEST_VOTE_RESULT:
      r->request_vote_result.version = (unsigned char)m->u.request_vote_result.version;
      r->request_vote_result.term = m->u.request_vote_result.term;
      r->request_vote_result.vote_granted = m->u.request_vote_result.vote_granted;
      r->request_vote_result.pre_vote = m->u.request_vote_result.pre_vote;
      r->request_vote_result.features = m->u.request_vote_result.features;
      r->request_vote_result.capacity = m->u.request_vote_result.capacity;
      break;
    case RS_TIMEOUT_NOW:
      r->timeout_now.term = m->u.timeout_now.term;
      r->timeout_now.last_log_index = m->u.timeout_now.last_log_index;
      r->timeout_now.last_log_term = m->u.timeout_now.last_log_term;
      break;
    default:
      break;
  }
}

int rs_receive(rs_core* c, uint64_t now, const rs_message* m, rs_update* out) {
  struct raft_message r;
  struct raft_event e;
  drop_held(c);
  memset(out, 0, sizeof *out);
  /* The core reads whether it is in a pre-vote before it sees that it is no candidate, out of memory that is
   * then something else's, and may take the term that a pre-vote was asked for as its own. */
  if (m->type == RS_REQUEST_VOTE_RESULT && c->raft.state != RAFT_CANDIDATE) return 0;
  memset(&r, 0, sizeof r);
  r.type = (enum raft_message_type)m->type;
  r.server_id = m->peer;
  r.server_address = ""; /* the core only hands it back with the answer */
  if (m->type == RS_APPEND_ENTRIES) {
    r.append_entries.term = m->u.append_entries.term;
    r.append_entries.prev_log_index = m->u.append_entries.prev_log_index;
    r.append_entries.prev_log_term = m->u.append_entries.prev_log_term;
    r.append_entries.leader_commit = m->u.append_entries.leader_commit;
    r.append_entries.n_entries = m->u.append_entries.n_entries;
    if (m->u.append_entries.n_entries > 0) { /* the core frees the batch unless its update has the entries */
      give(c, m->u.append_entries.entries, m->u.append_entries.n_entries);
      r.append_entries.entries = c->given;
    }
  } else if (m->type == RS_APPEND_ENTRIES_RESULT || m->type == RS_REQUEST_VOTE ||
             m->type == RS_REQUEST_VOTE_RESULT || m->type == RS_TIMEOUT_NOW) {
    copy_in(m, &r);
  } else {
    return RAFT_INVALID;
  }
  memset(&e, 0, sizeof e);
  e.type = RAFT_RECEIVE;
  e.receive.message = &r;
  int rv;
  if (m->type == RS_REQUEST_VOTE) {
    rv = rs_vote(c, now, &e, out);
  } else if (m->type == RS_APPEND_ENTRIES && m->u.append_entries.n_entries > 0 &&
             m->u.append_entries.entries[0].type == RS_CHANGE) {
    rv = rs_append(c, now, &e, out);
  } else {
    rv = rs_step(c, now, &e, out);
  }
  if (rv == 0) rs_mend_answers(c, m, out);
  return rv;
}

int rs_timeout(rs_core* c, uint64_t now, rs_update* out) {
  struct raft_event e;
  drop_held(c);
  memset(&e, 0, sizeof e);
  e.type = RAFT_TIMEOUT;
  return rs_tick(c, now, &e, out);
}

int rs_submit(rs_core* c, uint64_t now, const rs_entry* entries, unsigned n, rs_update* out) {
  struct raft_event e;
  drop_held(c);
  memset(&e, 0, sizeof e);
  e.type = RAFT_SUBMIT;
  void* batch = give(c, entries, n);
  e.submit.entries = c->given;
  e.submit.n = n;
  const int rv = rs_step(c, now, &e, out);
  if (rv == RAFT_MALFORMED)
    abort();                     /* the caller has checked configurations; the core may have half appended */
  if (rv != 0) raft_free(batch); /* refused: a submitted batch stays the caller's */
  return rv;
}

int rs_persisted(rs_core* c, uint64_t now, uint64_t index, uint64_t term, rs_update* out) {
  struct raft_event e;
  drop_held(c);
  memset(out, 0, sizeof *out);
  if (index <= c->raft.last_stored || rs_term_of(c, index) != term) return 0;
  memset(&e, 0, sizeof e);
  e.type = RAFT_PERSISTED_ENTRIES;
  e.persisted_entries.index = index;
  return rs_step(c, now, &e, out);
}

int rs_committed_change(rs_core* c, uint64_t now, uint64_t index, const void* data, size_t len,
                        rs_update* out) {
  struct raft_event e;
  struct raft_buffer buf = {(void*)data, len};
  drop_held(c);
  memset(out, 0, sizeof *out);
  memset(&e, 0, sizeof e);
  e.type = RAFT_CONFIGURATION;
  e.configuration.index = index;
  const int rv = raft_configuration_decode(&buf, &e.configuration.conf);
  if (rv != 0) return rv;
  return rs_step(c, now, &e, out); /* the core takes the decoded configuration over */
}

int rs_compacted(rs_core* c, uint64_t now, const rs_snapshot* snapshot, uint64_t first_kept, rs_update* out) {
  struct raft_event e;
  drop_held(c);
  memset(out, 0, sizeof *out);
  if (snapshot->index <= c->raft.trail.snapshot.index || rs_term_of(c, snapshot->index) != snapshot->term)
    return 0;
  memset(&e, 0, sizeof e);
  e.type = RAFT_SNAPSHOT;
  e.snapshot.trailing = (unsigned)(snapshot->index + 1 - first_kept);
  const int rv = decode(snapshot, &e.snapshot.metadata);
  if (rv != 0) return rv;
  return rs_step(c, now, &e, out); /* the core takes the decoded configuration over */
}

uint64_t rs_term(const rs_core* c) {
  return raft_current_term(&c->raft);
}
uint64_t rs_voted_for(const rs_core* c) {
  return raft_voted_for(&c->raft);
}
uint64_t rs_commit_index(const rs_core* c) {
  return raft_commit_index(&c->raft);
}
uint64_t rs_last_index(const rs_core* c) {
  return raft_last_index((struct raft*)&c->raft);
}
uint64_t rs_last_stored(const rs_core* c) {
  return c->raft.last_stored;
}
uint64_t rs_next_timeout(const rs_core* c) {
  return raft_timeout(&c->raft);
}
int rs_state(rs_core* c) {
  return (int)raft_state(&c->raft);
}

uint64_t rs_term_of(const rs_core* c, uint64_t index) {
  if (index == 0 || index > rs_last_index(c)) return 0;
  return TrailTermOf(&c->raft.trail, index);
}

uint64_t rs_leader(rs_core* c) {
  raft_id id = 0;
  const char* address;
  raft_leader(&c->raft, &id, &address);
  return id;
}

unsigned rs_server_count(const rs_core* c) {
  return c->raft.configuration.n;
}
uint64_t rs_server_id(const rs_core* c, unsigned i) {
  return c->raft.configuration.servers[i].id;
}
const char* rs_server_address(const rs_core* c, unsigned i) {
  return c->raft.configuration.servers[i].address;
}
int rs_server_role(const rs_core* c, unsigned i) {
  return c->raft.configuration.servers[i].role;
}
