// The driver of grpc++: one call a line, one line of what came of it (tests/process/interop.py has the
// protocol).
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace {

std::string from_hex(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return out;
}

std::string to_hex(const std::string& bytes) {
  static const char* const kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out.empty() ? "-" : out;
}

grpc::ByteBuffer buffer_of(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  (void)buffer.Dump(&slices);
  std::string out;
  for (const auto& slice : slices) out.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return out;
}

// Waits for the operation that was started last; whether it did what it should.
bool done(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  return queue.Next(&tag, &ok) && ok;
}

void run(grpc::GenericStub& stub, const std::string& kind, const std::string& path,
         const std::vector<std::string>& messages, const std::string& encoding, int timeout_ms) {
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(timeout_ms));
  if (encoding == "gzip") context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  std::vector<std::string> got;
  grpc::Status status;
  if (kind == "unary") {
    const auto call = stub.PrepareUnaryCall(&context, path, buffer_of(messages[0]), &queue);
    call->StartCall();
    grpc::ByteBuffer answer;
    call->Finish(&answer, &status, nullptr);
    done(queue);
    if (status.ok()) got.push_back(bytes_of(answer));
  } else {
    const auto call = stub.PrepareCall(&context, path, &queue);
    call->StartCall(nullptr);
    bool ok = done(queue);
    for (const auto& message : messages) {
      if (!ok) break;
      call->Write(buffer_of(message), nullptr);
      ok = done(queue);
    }
    if (ok && kind == "stream") {
      call->WritesDone(nullptr);
      ok = done(queue);
    }
    for (grpc::ByteBuffer answer; ok;) {
      call->Read(&answer, nullptr);
      if (!done(queue)) break;
      got.push_back(bytes_of(answer));
    }
    call->Finish(&status, nullptr);
    done(queue);
  }
  std::string texts;
  for (const auto& one : got) texts += (texts.empty() ? "" : ",") + to_hex(one);
  std::cout << static_cast<int>(status.error_code()) << " " << (texts.empty() ? "-" : texts) << " "
            << to_hex(status.error_message()) << '\n'
            << std::flush;
}

}  // namespace

int main(int, char** arguments) {
  grpc::ChannelArguments options;
  options.SetMaxSendMessageSize(-1);
  grpc::GenericStub stub(
      grpc::CreateCustomChannel(arguments[1], grpc::InsecureChannelCredentials(), options));
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string kind, path, texts, encoding;
    int timeout_ms = 0;
    words >> kind >> path >> texts >> encoding >> timeout_ms;
    std::vector<std::string> messages;
    std::istringstream list(texts == "-" ? "," : texts + ",");
    for (std::string text; std::getline(list, text, ',');) messages.push_back(from_hex(text));
    run(stub, kind, path, messages, encoding, timeout_ms);
  }
}
