#include "replica/unchanging_disk.h"

#include <utility>

namespace batata::replica {
namespace {

// Null: a file that was only said to be made.
class UnchangingFile final : public File {
 public:
  explicit UnchangingFile(std::unique_ptr<File> file) : file_(std::move(file)) {}
  Status write(std::uint64_t, std::string_view) override { return {}; }
  Result<std::string> read(std::uint64_t offset, std::size_t bytes) const override {
    return file_ == nullptr ? std::string() : file_->read(offset, bytes);
  }
  Status sync() override { return {}; }
  Result<std::uint64_t> size() const override {
    return file_ == nullptr ? Result<std::uint64_t>(0) : file_->size();
  }

 private:
  std::unique_ptr<File> file_;
};

}  // namespace

Result<std::unique_ptr<File>> UnchangingDisk::open(const std::string& name) {
  auto file = disk_.open(name);
  if (!file) return file;
  return std::make_unique<UnchangingFile>(std::move(*file));
}

Result<std::unique_ptr<File>> UnchangingDisk::create(const std::string&) {
  return std::make_unique<UnchangingFile>(nullptr);
}

}  // namespace batata::replica
