#include "net/outbound/outbound_client.h"

#include <map>
#include <utility>

#include "base/assert.h"
#include "net/outbound/outbound_thread.h"

namespace batata::net {

// Who waits for what. The loop's: jobs and handles that outlive the client find that it is gone.
struct OutboundClient::Book {
  Book(Runtime& loop, const Curl& library) : runtime(loop), curl(library) {}

  static void answer(const std::weak_ptr<Book>& weak, std::uint64_t id, Result<OutboundAnswer> given) {
    const auto book = weak.lock();
    if (book == nullptr) return;
    auto call = book->calls.extract(id);
    if (!call.empty()) call.mapped()(std::move(given));
  }
  static void cancel(const std::weak_ptr<Book>& weak, std::uint64_t id) {
    const auto book = weak.lock();
    if (book == nullptr) return;
    const auto call = book->calls.extract(id);  // destroyed at the end: what it holds may call again
    if (!call.empty()) book->thread->cancel(id);
  }
  Status begin(std::uint64_t id, OutboundRequest request) const {
    if (auto checked = check_request(request); !checked) return checked;
    auto target = parse_target(curl, request.url);
    if (!target) return tl::unexpected(std::move(target.error()));
    return thread->submit(id, std::move(request), std::move(*target));
  }

  Runtime& runtime;
  const Curl& curl;
  std::uint64_t last_id = 0;
  std::map<std::uint64_t, Done> calls;
  std::unique_ptr<OutboundThread> thread;
};

Result<std::unique_ptr<OutboundClient>> OutboundClient::open(Runtime& runtime, OutboundOptions options) {
  const auto curl = load_curl();
  if (!curl) return tl::unexpected(curl.error());
  MultiPtr multi((*curl)->multi_init(), {*curl});
  if (multi == nullptr) return fail(Errc::kUnavailable, "no memory for outbound calls");
  auto book = std::make_shared<Book>(runtime, **curl);
  book->thread = std::make_unique<OutboundThread>(
      **curl, std::move(multi), std::move(options),
      [&runtime, weak = std::weak_ptr(book)](std::uint64_t id, Result<OutboundAnswer> answer) {
        runtime.post(
            [weak, id, answer = std::move(answer)]() mutable { Book::answer(weak, id, std::move(answer)); });
      });
  return std::unique_ptr<OutboundClient>(new OutboundClient(std::move(book)));
}

OutboundClient::~OutboundClient() = default;

OutboundCall OutboundClient::start(OutboundRequest request, Done done) {
  BATATA_ASSERT(book_->runtime.on_loop());
  const std::uint64_t id = ++book_->last_id;
  book_->calls.emplace(id, std::move(done));
  std::weak_ptr<Book> weak = book_;
  if (auto begun = book_->begin(id, std::move(request)); !begun) {
    book_->runtime.post([weak, id, error = std::move(begun.error())]() mutable {
      Book::answer(weak, id, tl::unexpected(std::move(error)));
    });
  }
  return OutboundCall([weak = std::move(weak), id] { Book::cancel(weak, id); });
}

}  // namespace batata::net
