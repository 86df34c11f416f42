#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>

#include "domain/config/archive.h"

namespace batata::domain {
namespace {

// Hears a document and keeps the maps of one list; nothing is built of the rest. Refusing goes by a flag:
// what is heard afterwards is passed over.
class ListHearer final : public YAML::EventHandler {
 public:
  explicit ListHearer(std::string_view wanted) : wanted_(wanted) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { value(nullptr); }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { refuse("aliases are not read"); }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string& text) override {
    value(&text);
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    if (levels_.empty()) refuse("the document is not a map");
    begin(false);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    const bool is_record = in_wanted_list();
    if (is_record && refusal_.empty()) {
      if (records_.size() == kYamlRecordsMax) return begin(true), refuse("too many records");
      records_.emplace_back();
    }
    begin(true);
  }
  void OnMapEnd() override { end(); }

  Result<std::vector<YamlRecord>> take() {
    if (!refusal_.empty()) return fail(Errc::kInvalidArgument, "YAML: " + refusal_);
    return std::move(records_);
  }

 private:
  struct Level {
    bool is_map;
    bool has_key = false;  // a value is awaited
    std::string key;
  };

  bool in_wanted_list() const {
    return levels_.size() == 2 && levels_[0].is_map && levels_[0].key == wanted_ && !levels_[1].is_map;
  }
  bool in_record() const {
    return levels_.size() == 3 && levels_[2].is_map && levels_[0].key == wanted_ && !levels_[1].is_map;
  }
  void refuse(std::string why) {
    if (refusal_.empty()) refusal_ = std::move(why);
  }
  void begin(bool is_map) { levels_.push_back({is_map, false, {}}); }
  void end() {
    levels_.pop_back();
    if (levels_.empty() || !levels_.back().is_map) return;
    // It was a value, or, where YAML allows it and nobody means it, a key.
    Level& level = levels_.back();
    level.has_key = !level.has_key;
    level.key.clear();
  }
  void value(const std::string* text) {
    if (levels_.empty()) return refuse("the document is not a map");
    Level& level = levels_.back();
    if (!level.is_map) return;
    if (!level.has_key) {
      level.key = text != nullptr ? *text : std::string();
      level.has_key = true;
      return;
    }
    if (text != nullptr && in_record() && refusal_.empty()) records_.back().emplace_back(level.key, *text);
    level.has_key = false;
  }

  std::string_view wanted_;
  std::vector<Level> levels_;
  std::vector<YamlRecord> records_;
  std::string refusal_;
};

}  // namespace

Result<std::vector<YamlRecord>> read_yaml_list(std::string_view text, std::string_view key) {
  if (text.size() > kYamlBytesMax) return fail(Errc::kInvalidArgument, "YAML: too long");
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    ListHearer hearer(key);
    if (!parser.HandleNextDocument(hearer)) return fail(Errc::kInvalidArgument, "YAML: no document");
    return hearer.take();
  } catch (const YAML::Exception& error) {
    return fail(Errc::kInvalidArgument, "YAML: " + error.msg);
  } catch (const std::exception& error) {
    return fail(Errc::kInvalidArgument, std::string("YAML: ") + error.what());
  }
}

}  // namespace batata::domain
