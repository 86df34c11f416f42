#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace batata::nacos {

/// One config that a 1.x client listens to, as it spells it.
struct Listening {
  std::string data_id, group, md5, tenant;  ///< `tenant` is empty when it was not given
};
enum class ListeningFault : std::uint8_t {
  kTooFewWords,  ///< an entry of fewer than three words, or more than kListeningsMax entries
  kNoEntries,    ///< text that does not end in an entry, or an entry of more than four words
};

constexpr std::size_t kListeningsMax = 10'000;  ///< upstream's limit of one request

/// Reads the value of Listening-Configs, decoded: entries of dataId 0x02 group 0x02 md5 [0x02 tenant] 0x01.
/// Source: upstream's MD5Util.getClientMd5Map.
[[nodiscard]] tl::expected<std::vector<Listening>, ListeningFault> parse_listenings(std::string_view text);

/// Text as Java's URLEncoder encodes it.
[[nodiscard]] std::string url_encode(std::string_view text);

/// The answer that names `changed`: dataId 0x02 group [0x02 tenant] 0x01 …, encoded as Java's URLEncoder
/// does.
[[nodiscard]] std::string encode_changed(const std::vector<const Listening*>& changed);
/// The same for clients before 1.0: dataId:group; …, without tenants.
[[nodiscard]] std::string encode_changed_old(const std::vector<const Listening*>& changed);

}  // namespace batata::nacos
