#include "wire/refusal.h"

namespace batata::wire {

Response refusal_answer(const Refusal& refusal) {
  Response response;
  response.status = refusal.status;
  response.content_type = "text/plain;charset=UTF-8";
  if (refusal.status == 503) response.header("Retry-After", "1").header("Cache-Control", "no-cache,no-store");
  if (refusal.status == 415) response.header("Accept-Encoding", "gzip");
  response.body.append(refusal.reason).append("\n");
  return response;
}

}  // namespace batata::wire
