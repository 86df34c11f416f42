#include "platform/settings/yaml_text.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
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

// Hears where a document starts and nothing else.
class DocumentStart final : public YAML::EventHandler {
 public:
  int line = 0;
  void OnDocumentStart(const YAML::Mark& mark) override { line = mark.line + 1; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}
};

// The line where something follows the first document; 0: nothing does. YAML::Load passes over what follows,
// and YAML::LoadAll takes a stray ']' for one empty document after the other until memory ends.
int line_after_first_document(const std::string& text) {
  std::istringstream in(text);
  YAML::Parser parser(in);
  DocumentStart start;
  if (!parser.HandleNextDocument(start)) return 0;
  return parser.HandleNextDocument(start) ? start.line : 0;
}

// Walks one document. Aliases share nodes and may contain themselves, so every visit is counted and depth is
// bounded.
class Flattener {
 public:
  Status walk(const YAML::Node& node, const std::string& key, int line, int depth) {
    if (++visited_ > kSettingsNodesMax) return at_line(line, "more values than a settings file may have");
    if (depth > kSettingsDepthMax) return at_line(line, "nested too deeply");
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
    if (bytes_ > kSettingsBytesMax) return at_line(line, "more text than a settings file may have");
    entries_.push_back({key, std::move(value), line});
    return {};
  }

  Status walk_map(const YAML::Node& map, const std::string& key, int depth) {
    for (const auto& member : map) {
      const int line = line_of(member.first);
      if (!member.first.IsScalar() || member.first.Scalar().empty())
        return at_line(line, "a key must be a plain word");
      const std::string& name = member.first.Scalar();
      if (key.size() + name.size() > kKeyBytesMax) return at_line(line, "a key is too long");
      if (const Status done = walk(member.second, key.empty() ? name : key + "." + name, line, depth + 1);
          !done)
        return done;
    }
    return {};
  }

  Status walk_list(const YAML::Node& list, const std::string& key, int line, int depth) {
    visited_ += list.size();  // looked at below, whatever they are
    if (visited_ > kSettingsNodesMax) return at_line(line, "more values than a settings file may have");
    if (is_list_of_scalars(list)) {
      std::string joined;
      for (const auto& element : list) {
        if (!joined.empty()) joined += ',';
        joined += element.Scalar();
        if (joined.size() > kSettingsBytesMax)
          return at_line(line, "more text than a settings file may have");
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

  static constexpr std::size_t kKeyBytesMax = 1024;
  std::vector<FileEntry> entries_;
  std::size_t visited_ = 0, bytes_ = 0;
};

Result<std::vector<FileEntry>> flatten(const std::string& text) {
  if (const int line = line_after_first_document(text); line != 0)
    return at_line(line, "a settings file is one document, and something else starts here");
  Flattener flattener;
  if (const Status done = flattener.walk(YAML::Load(text), "", 1, 0); !done)
    return tl::unexpected(done.error());
  return flattener.take();
}

}  // namespace

Result<std::vector<FileEntry>> parse_settings_text(std::string_view text) {
  if (text.size() > kSettingsBytesMax)
    return fail(Errc::kInvalidArgument, "a settings file has at most 1 MiB");
  try {
    return flatten(std::string(text));
  } catch (const YAML::Exception& error) {
    return at_line(error.mark.line + 1, "not YAML: " + error.msg);
  } catch (const std::exception& error) {
    return fail(Errc::kInvalidArgument, std::string("not YAML: ") + error.what());
  }
}

}  // namespace batata::platform
