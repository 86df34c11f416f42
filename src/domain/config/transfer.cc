#include "domain/config/transfer.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "domain/config/like.h"
#include "domain/config/names.h"
#include "domain/config/yaml_writer.h"

namespace batata::domain {
namespace {

constexpr std::string_view kLinesFile = ".meta.yml", kListFile = ".metadata.yml", kListKey = "metadata";
// As the parameter check of the wire has them, which the names in an archive have not passed.
constexpr std::size_t kDataIdMax = 256, kGroupMax = 128;
constexpr std::size_t kAppBytesMax = 3 * kAppCharactersMax;  // a UTF-16 unit is at most three bytes of UTF-8

using Name = std::pair<std::string, std::string>;  // group, dataId

std::string file_name(std::string_view group, std::string_view data_id) {
  return std::string(group) + "/" + std::string(data_id);
}

// "<group>/<dataId>" taken apart; nothing for other names.
std::optional<Name> name_of(std::string_view file) {
  const auto slash = file.find('/');
  if (slash == file.npos) return std::nullopt;
  const auto group = file.substr(0, slash), data_id = file.substr(slash + 1);
  if (!is_name(group) || !is_name(data_id)) return std::nullopt;
  if (group.size() > kGroupMax || data_id.size() > kDataIdMax) return std::nullopt;
  return Name(group, data_id);
}

// What stands before the '=' of a config's line: "<group>.<dataId, its last dot a ~>.app".
std::string line_key(std::string_view group, std::string_view data_id) {
  std::string name(data_id);
  if (const auto dot = name.rfind('.'); dot != name.npos) name[dot] = '~';
  return std::string(group) + "." + name + ".app";
}

// ---------------------------------------------------------------- export

bool is_wanted(const ExportQuery& query, const store::KeyValue& stored, const ConfigId& id,
               const ConfigView& config, MatchBudget& budget) {
  if (id.space != query.space) return false;
  if (!query.numbers.empty())
    return std::ranges::find(query.numbers, numeric_id_of_key(stored.key)) != query.numbers.end();
  if (!query.group.empty() && query.group != id.group) return false;
  if (!query.app.empty() && query.app != config.app) return false;
  if (query.data_id.find('*') != query.data_id.npos) return is_like(query.data_id, id.data_id, budget);
  return query.data_id.empty() || query.data_id == id.data_id;
}

Result<std::vector<Found>> wanted(const std::vector<store::KeyValuePtr>& configs, const ExportQuery& query) {
  MatchBudget budget{kMatchStepsMax};
  std::vector<Found> found;
  std::size_t bytes = 0;
  for (const auto& stored : configs) {
    auto id = config_id(stored->key);
    const auto config = decode_config(stored->value);
    if (!id || !config || !is_wanted(query, *stored, *id, *config, budget)) continue;
    if (query.sees && !query.sees(*id)) continue;
    bytes += config->content.size();
    if (bytes > kExportContentMax)
      return fail(Errc::kResourceExhausted, "the export has more than 128 MiB: export fewer configs at once");
    found.push_back({std::move(*id), Config(stored, *config)});
  }
  sort_by_age(found);
  return found;
}

std::optional<ArchiveEntry> lines_of(const std::vector<Found>& found) {
  std::string text;
  for (const auto& [id, config] : found) {
    if (is_blank(config->app)) continue;
    text.append(line_key(id.group, id.data_id)).append("=").append(config->app).append("\r\n");
  }
  if (text.empty()) return std::nullopt;
  return ArchiveEntry{std::string(kLinesFile), std::move(text)};
}

// In the form of the YAML library that upstream uses: keys in the order of letters, none without a value.
ArchiveEntry list_of(const std::vector<Found>& found) {
  std::string text = std::string(kListKey) + ":";
  text += found.empty() ? " []\n" : "\n";
  for (const auto& [id, config] : found) {
    append_yaml_member(text, "- ", "appName", config->app);
    append_yaml_member(text, "  ", "dataId", id.data_id);
    if (!config->description.empty()) append_yaml_member(text, "  ", "desc", config->description);
    append_yaml_member(text, "  ", "group", id.group);
    append_yaml_member(text, "  ", "type", config->type);
  }
  return {std::string(kListFile), std::move(text)};
}

// ---------------------------------------------------------------- import

// The configs' files of an archive, and the file that says more about them: the first of its kind.
struct Sorted {
  std::vector<ArchiveEntry> files;
  std::optional<ArchiveEntry> about;
};
Sorted sort_entries(std::vector<ArchiveEntry> entries) {
  Sorted sorted;
  for (ArchiveEntry& entry : entries) {
    if (!sorted.about && (entry.name == kLinesFile || entry.name == kListFile)) {
      sorted.about = std::move(entry);
    } else {
      sorted.files.push_back(std::move(entry));
    }
  }
  return sorted;
}

Publish new_config(const ImportTarget& target, const Name& name, std::string content, std::string type) {
  Publish publish;
  publish.id = {target.space, name.first, name.second};
  publish.content = std::move(content);
  publish.type = std::move(type);
  publish.user = target.user;
  publish.address = target.address;
  return publish;
}

// The lines "<key>=<application>"; nothing when one is not of that form, as in a file without lines.
std::optional<std::map<std::string, std::string, std::less<>>> read_lines(std::string_view text) {
  std::map<std::string, std::string, std::less<>> apps;
  do {
    const auto line = text.substr(0, text.find_first_of("\r\n"));
    text.remove_prefix(line.size());
    text.remove_prefix(std::min(text.size(), text.find_first_not_of("\r\n")));
    const auto equals = line.find('=');
    if (equals == line.npos || equals + 1 == line.size()) return std::nullopt;
    if (line.find('=', equals + 1) != line.npos) return std::nullopt;
    // One line may name several configs ("a.b" + "c" and "a" + "b.c"), and each gets a copy.
    if (line.size() - equals - 1 > kAppBytesMax) return std::nullopt;
    apps.insert_or_assign(std::string(line.substr(0, equals)), std::string(line.substr(equals + 1)));
  } while (!text.empty());
  return apps;
}

tl::expected<Import, ImportFault> import_lines(Sorted sorted, const ImportTarget& target) {
  std::map<std::string, std::string, std::less<>> apps;
  if (sorted.about) {
    auto read = read_lines(sorted.about->data);
    if (!read) return tl::unexpected(ImportFault::kIllegalMetadata);
    apps = std::move(*read);
  }
  Import import;
  for (ArchiveEntry& file : sorted.files) {
    const auto name = name_of(file.name);
    if (!name) {
      import.unrecognized.push_back({std::move(file.name), Unrecognized::Why::kName});
      continue;
    }
    Publish publish =
        new_config(target, *name, std::move(file.data), std::string(type_of_name(name->second)));
    if (const auto app = apps.find(line_key(name->first, name->second)); app != apps.end())
      publish.app = app->second;
    import.configs.push_back(std::move(publish));
  }
  return import;
}

// An element of the list.
struct Element {
  std::string group, data_id, type, app, description;
  std::optional<std::string> tags;
};
std::optional<Element> read_element(YamlRecord record) {
  Element element;
  for (auto& [key, value] : record) {
    if (key == "group")
      element.group = std::move(value);
    else if (key == "dataId")
      element.data_id = std::move(value);
    else if (key == "type")
      element.type = std::move(value);
    else if (key == "appName")
      element.app = std::move(value);
    else if (key == "desc")
      element.description = std::move(value);
    else if (key == "configTags")
      element.tags = std::move(value);
  }
  if (is_blank(element.group) || is_blank(element.data_id) || is_blank(element.type)) return std::nullopt;
  return element;
}
std::optional<std::vector<Element>> read_elements(std::string_view text) {
  auto records = read_yaml_list(text, kListKey);
  if (!records || records->empty()) return std::nullopt;
  std::vector<Element> elements;
  for (YamlRecord& record : *records) {
    auto element = read_element(std::move(record));
    if (!element) return std::nullopt;
    elements.push_back(std::move(*element));
  }
  return elements;
}

// The contents of the files that the list names, by name.
std::map<Name, std::string> take_contents(std::vector<ArchiveEntry> files, const std::set<Name>& listed,
                                          std::vector<Unrecognized>& unrecognized) {
  std::map<Name, std::string> contents;
  for (ArchiveEntry& file : files) {
    const auto name = name_of(file.name);
    if (!name) {
      unrecognized.push_back({std::move(file.name), Unrecognized::Why::kName});
    } else if (!listed.contains(*name)) {
      unrecognized.push_back({std::move(file.name), Unrecognized::Why::kNotInMetadata});
    } else {
      contents.insert_or_assign(*name, std::move(file.data));
    }
  }
  return contents;
}

tl::expected<Import, ImportFault> import_list(Sorted sorted, const ImportTarget& target) {
  auto elements = read_elements(sorted.about->data);
  if (!elements) return tl::unexpected(ImportFault::kIllegalMetadata);
  std::set<Name> listed;
  for (const Element& element : *elements) listed.emplace(element.group, element.data_id);
  Import import;
  auto contents = take_contents(std::move(sorted.files), listed, import.unrecognized);
  for (Element& element : *elements) {
    const Name name(element.group, element.data_id);
    // Upstream publishes a doubled one twice, which fails or is skipped unless it overwrites.
    const bool is_first = listed.erase(name) > 0;
    const auto content = contents.find(name);
    if (!is_first || content == contents.end()) {
      const auto why = is_first ? Unrecognized::Why::kNotInArchive : Unrecognized::Why::kDoubled;
      import.unrecognized.push_back({file_name(element.group, element.data_id), why});
      continue;
    }
    Publish publish = new_config(target, name, std::move(content->second), std::move(element.type));
    publish.app = std::move(element.app);
    publish.description = std::move(element.description);
    publish.tags = std::move(element.tags);
    import.configs.push_back(std::move(publish));
  }
  return import;
}

}  // namespace

Result<std::string> export_configs(const std::vector<store::KeyValuePtr>& configs, const ExportQuery& query) {
  const auto found = wanted(configs, query);
  if (!found) return tl::unexpected(found.error());
  std::vector<ArchiveEntry> entries;
  for (const auto& [id, config] : *found)
    entries.push_back({file_name(id.group, id.data_id), std::string(config->content)});
  if (query.layout == Layout::kList) {
    entries.push_back(list_of(*found));
  } else if (auto lines = lines_of(*found)) {
    entries.push_back(std::move(*lines));
  }
  return write_archive(entries);
}

tl::expected<Import, ImportFault> read_import(std::string_view bytes, const ImportTarget& target) {
  auto entries = read_archive(bytes);
  if (!entries && entries.error().code != Errc::kNotFound) return tl::unexpected(ImportFault::kUnreadable);
  Sorted sorted = sort_entries(entries ? std::move(*entries) : std::vector<ArchiveEntry>());
  if (target.needs_list && !sorted.about) return tl::unexpected(ImportFault::kNoMetadata);
  const bool has_list = sorted.about && sorted.about->name == kListFile;
  if (target.needs_list && !has_list) return tl::unexpected(ImportFault::kIllegalMetadata);
  auto import = has_list ? import_list(std::move(sorted), target) : import_lines(std::move(sorted), target);
  if (import && import->configs.empty()) return tl::unexpected(ImportFault::kEmpty);
  return import;
}

std::string_view type_of_name(std::string_view data_id) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kTypes = {
      {{"properties", "properties"},
       {"xml", "xml"},
       {"json", "json"},
       {"txt", "text"},
       {"text", "text"},
       {"html", "html"},
       {"htm", "html"},
       {"yaml", "yaml"},
       {"yml", "yaml"},
       {"toml", "toml"},
       {"unset", "unset"}}};
  const auto dot = data_id.rfind('.');
  if (dot == data_id.npos) return "text";
  for (const auto& [ending, type] : kTypes)
    if (data_id.substr(dot + 1) == ending) return type;
  return "text";
}

}  // namespace batata::domain
