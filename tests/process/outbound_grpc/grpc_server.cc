// A server on grpc++ that ../outbound_grpc.py calls: grpc_server PORT [CERTIFICATE KEY [CLIENTS_CA]].
//
// The method says what is done with the messages of a call, however many there are; all of them are bytes.
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <unistd.h>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

namespace {

std::atomic<int> cancelled_calls = 0;
std::atomic<grpc::Server*> running = nullptr;

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  (void)buffer.Dump(&slices);
  std::string out;
  for (const auto& slice : slices) out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return out;
}

grpc::ByteBuffer buffer_of(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

// Sends GOAWAY, and gives calls that go on so long to end.
void stop() {
  std::thread([] {
    running.load()->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(20));
  }).detach();
}

class Call final : public grpc::ServerGenericBidiReactor {
 public:
  explicit Call(grpc::GenericCallbackServerContext& context) : context_(context), method_(context.method()) {
    if (method_ == "/packed") context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    if (method_ == "/unknown") {
      finish({grpc::StatusCode::UNIMPLEMENTED, "no such method"});
    } else {
      StartRead(&incoming_);
    }
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      const std::lock_guard guard(lock_);
      ended_ = true;
      if (outgoing_.empty() && method_ != "/silent") finish(grpc::Status::OK);
      return;
    }
    take(bytes_of(incoming_));
    if (method_ != "/fail") StartRead(&incoming_);
  }
  void OnWriteDone(bool ok) override {
    const std::lock_guard guard(lock_);
    outgoing_.pop_front();
    if (!ok) outgoing_.clear();
    if (!outgoing_.empty()) return StartWrite(&outgoing_.front());
    if (ended_) finish(grpc::Status::OK);
  }
  void OnCancel() override {
    ++cancelled_calls;
    finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  void take(const std::string& message) {
    if (method_ == "/fail") return finish({grpc::StatusCode::NOT_FOUND, "nö: 100%\nof it"});
    if (method_ == "/silent") return;
    if (method_ == "/die") _exit(1);
    if (method_ == "/stop") stop();
    if (method_ == "/many") {
      for (int i = 0; i < std::atoi(message.c_str()); ++i) say(std::to_string(i) + std::string(1000, 'm'));
    } else if (method_ == "/large") {
      say(std::string(std::strtoull(message.c_str(), nullptr, 10), 'x'));
    } else if (method_ == "/left") {
      const auto left = context_.deadline() - std::chrono::system_clock::now();
      say(std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(left).count()));
    } else if (method_ == "/cancelled") {
      say(std::to_string(cancelled_calls));
    } else {
      say(message);
    }
  }
  void say(const std::string& message) {
    const std::lock_guard guard(lock_);
    outgoing_.push_back(buffer_of(message));
    if (outgoing_.size() == 1) StartWrite(&outgoing_.front());
  }
  void finish(grpc::Status status) {
    if (!finished_.exchange(true)) Finish(std::move(status));
  }

  grpc::GenericCallbackServerContext& context_;
  const std::string method_;
  grpc::ByteBuffer incoming_;
  std::mutex lock_;
  std::deque<grpc::ByteBuffer> outgoing_;
  bool ended_ = false;
  std::atomic<bool> finished_ = false;
};

class Service final : public grpc::CallbackGenericService {
 public:
  grpc::ServerGenericBidiReactor* CreateReactor(grpc::GenericCallbackServerContext* context) override {
    return new Call(*context);
  }
};

std::string content_of(const char* path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::shared_ptr<grpc::ServerCredentials> credentials(int argc, char** argv) {
  if (argc < 4) return grpc::InsecureServerCredentials();
  grpc::SslServerCredentialsOptions options(argc > 4
                                                ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                                : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  options.pem_key_cert_pairs.push_back({content_of(argv[3]), content_of(argv[2])});
  if (argc > 4) options.pem_root_certs = content_of(argv[4]);
  return grpc::SslServerCredentials(options);
}

}  // namespace

int main(int argc, char** argv) {
  Service service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("127.0.0.1:") + argv[1], credentials(argc, argv));
  builder.RegisterCallbackGenericService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  running = server.get();
  std::puts("ready");
  std::fflush(stdout);
  server->Wait();
  return 0;
}
