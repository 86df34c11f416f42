/* See raft_mends.h. */
#include "raft/raft_mends.h"

#include <stdlib.h>

static bool is_voter(const struct raft* r) {
  for (unsigned i = 0; i < r->configuration.n; i++)
    if (r->configuration.servers[i].id == r->id) return r->configuration.servers[i].role == RAFT_VOTER;
  return false;
}

/* The candidate's membership says whose votes count, and it may be newer than ours. The core asks ours, so
 * that a voter that lacks the entry which made it one would refuse for ever, and with it a cluster that needs
 * it. Source: section 4.1 of "Consensus: Bridging Theory and Practice"; electionVote in src/election.c. */
int rs_vote(rs_core* c, uint64_t now, struct raft_event* e, rs_update* out) {
  if (c->raft.state != RAFT_FOLLOWER || is_voter(&c->raft)) return rs_step(c, now, e, out);
  struct raft_server self = {c->raft.id, c->raft.address, RAFT_VOTER};
  const struct raft_configuration known = c->raft.configuration;
  c->raft.configuration = (struct raft_configuration){&self, 1};
  const int rv = rs_step(c, now, e, out);
  c->raft.configuration = known;
  return rv;
}

static void copy(const struct raft_configuration* from, struct raft_configuration* to) {
  raft_configuration_init(to);
  for (unsigned i = 0; i < from->n; i++)
    if (raft_configuration_add(to, from->servers[i].id, from->servers[i].address, from->servers[i].role) != 0)
      abort();
}

/* A change that stands before another one is committed, or the other would not have been proposed. The core
 * forgets it when it gets the second before it is told so, and would take the membership before both back
 * when the second is replaced. Source: replicationAppend in src/replication.c; RestoreEntries in
 * src/restore.c does the same when it starts. */
int rs_append(rs_core* c, uint64_t now, struct raft_event* e, rs_update* out) {
  const uint64_t first = c->raft.configuration_uncommitted_index;
  if (first == 0) return rs_step(c, now, e, out);
  const uint64_t term = rs_term_of(c, first);
  struct raft_configuration membership;
  copy(&c->raft.configuration, &membership);
  const int rv = rs_step(c, now, e, out);
  if (c->raft.configuration_uncommitted_index > first && rs_term_of(c, first) == term) {
    raft_configuration_close(&c->raft.configuration_committed);
    c->raft.configuration_committed = membership;
    c->raft.configuration_committed_index = first;
  } else {
    raft_configuration_close(&membership);
  }
  return rv;
}

/* Of AppendEntries of an older term the core leaves last_log_index uninitialised. To a pre-vote it answers
 * with the term that was asked for, also when its own is higher: the candidate, which may be the only one
 * with all entries, would ask for too low a term for ever. Source: recvAppendEntries, recvRequestVote. */
void rs_mend_answers(rs_core* c, const rs_message* m, const rs_update* out) {
  for (unsigned i = 0; i < out->n_messages; i++) {
    rs_message* answer = &c->messages[i];
    if (m->type == RS_APPEND_ENTRIES && answer->type == RS_APPEND_ENTRIES_RESULT &&
        answer->u.append_entries_result.term > m->u.append_entries.term)
      answer->u.append_entries_result.last_log_index = 0;
    if (answer->type == RS_REQUEST_VOTE_RESULT && answer->u.request_vote_result.pre_vote &&
        answer->u.request_vote_result.term < c->raft.current_term)
      answer->u.request_vote_result.term = c->raft.current_term;
  }
}

/* A voter that all others have left leads without an election, and the core lets it do so in the term of the
 * leader that left. Nothing has been appended or sent in it yet. Source: convertToCandidate in src/convert.c.
 */
static void win_alone(rs_core* c, rs_update* out) {
  c->raft.current_term += 1;
  c->raft.voted_for = c->raft.id;
  out->flags |= RS_CURRENT_TERM | RS_VOTED_FOR;
}

/* Who has a leader refuses to vote, and a member without a vote of its own never becomes a candidate, which
 * is when the core forgets a leader that is silent. Source: recvRequestVote in src/recv_request_vote.c. */
static void forget_leader(struct raft* r) {
  raft_free(r->follower_state.current_leader.address);
  r->follower_state.current_leader.address = NULL;
  r->follower_state.current_leader.id = 0;
}

int rs_tick(rs_core* c, uint64_t now, struct raft_event* e, rs_update* out) {
  /* The core asks for a pre-vote before its first election only. Source: timeoutCandidate in src/timeout.c.
   */
  if (c->raft.state == RAFT_CANDIDATE && now >= raft_timeout(&c->raft))
    c->raft.candidate_state.in_pre_vote = true;
  const bool follows = c->raft.state == RAFT_FOLLOWER;
  const bool expired = follows && now >= raft_timeout(&c->raft);
  const int rv = rs_step(c, now, e, out);
  if (follows && c->raft.state == RAFT_LEADER) win_alone(c, out);
  if (expired && c->raft.state == RAFT_FOLLOWER && !is_voter(&c->raft)) forget_leader(&c->raft);
  return rv;
}
