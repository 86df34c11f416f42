#include "platform/settings/yaml_text.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <utility>

namespace batata::platform {
namespace {

tl::unexpected<Error> at_line(int line, std::string_view what) {
  return fail(Errc::kInvalidArgument, fmt::format("line {}: {}", line, what));
}

int line_of(const YAML::Node& node) {
  return node.Mark().line + 1;
}

bool is_list_of_scalars(const YAML::Node& list) {
  for (const auto& element : list) {
    if (!element.IsScalar()) return false;
  }
  return true;
}

/// Walks one document. Aliases share nodes and may contain themselves, so every visit is counted and depth is
/// bounded.
class Flattener {
 public:
  Status walk(const YAML::Node& node, const std::string& key, int line, int depth) {
    if (++visited_ > kMaxSettingsNodes) return at_line(line, "more values than a settings file may have");
    if (depth > kMaxSettingsDepth) return at_line(line, "nested too deeply");
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return {};
      case YAML::NodeType::Scalar:
        return add(key, node.Scalar(), line);
      case YAML::NodeType::Map:
        return walk_map(node, key, depth);
      case YAML::NodeType::Sequence:
        return walk_list(node, key, line, depth);
    }
    return {};
  }
  std::vector<FileEntry> take() { return std::move(entries_); }

 private:
  Status add(const std::string& key, std::string value, int line) {
    if (key.empty()) return at_line(line, "a settings file is a map of keys, not a single value");
    bytes_ += key.size() + value.size();
    if (bytes_ > kMaxSettingsBytes) return at_line(line, "more text than a settings file may have");
    entries_.push_back({key, std::move(value), line});
    return {};
  }

  Status walk_map(const YAML::Node& map, const std::string& key, int depth) {
    for (const auto& member : map) {
      const int line = line_of(member.first);
      if (!member.first.IsScalar() || member.first.Scalar().empty())
        return at_line(line, "a key must be a plain word");
      const std::string& name = member.first.Scalar();
      if (key.size() + name.size() > kMaxKeyBytes) return at_line(line, "a key is too long");
      if (const Status done = walk(member.second, key.empty() ? name : key + "." + name, line, depth + 1);
          !done)
        return done;
    }
    return {};
  }

  Status walk_list(const YAML::Node& list, const std::string& key, int line, int depth) {
    if (is_list_of_scalars(list)) {
      std::string joined;
      for (const auto& element : list) {
        if (++visited_ > kMaxSettingsNodes) return at_line(line, "more values than a settings file may have");
        if (!joined.empty()) joined += ',';
        joined += element.Scalar();
      }
      return add(key, std::move(joined), line);
    }
    int index = 0;
    for (const auto& element : list) {
      const Status done = walk(element, fmt::format("{}[{}]", key, index++), line_of(element), depth + 1);
      if (!done) return done;
    }
    return {};
  }

  static constexpr std::size_t kMaxKeyBytes = 1024;
  std::vector<FileEntry> entries_;
  std::size_t visited_ = 0, bytes_ = 0;
};

Result<std::vector<FileEntry>> flatten(const std::vector<YAML::Node>& documents) {
  if (documents.empty()) return std::vector<FileEntry>{};
  if (documents.size() > 1)
    return at_line(line_of(documents[1]), "a settings file has one document, without '---'");
  Flattener flattener;
  if (const Status done = flattener.walk(documents[0], "", 1, 0); !done) return tl::unexpected(done.error());
  return flattener.take();
}

}  // namespace

Result<std::vector<FileEntry>> parse_settings_text(std::string_view text) {
  if (text.size() > kMaxSettingsBytes)
    return fail(Errc::kInvalidArgument, "a settings file has at most 1 MiB");
  try {
    return flatten(YAML::LoadAll(std::string(text)));
  } catch (const YAML::Exception& error) {
    return at_line(error.mark.line + 1, "not YAML: " + error.msg);
  } catch (const std::exception& error) {
    return fail(Errc::kInvalidArgument, std::string("not YAML: ") + error.what());
  }
}

}  // namespace batata::platform
