#include "cli/common/output.h"

#include <algorithm>

#include "base/utf8.h"

namespace batata::cli {
namespace {

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

bool is_control(std::string_view one) {
  const auto first = static_cast<unsigned char>(one[0]);
  if (one.size() == 1) return first < 0x20 || first == 0x7f;
  return first == 0xc2 && static_cast<unsigned char>(one[1]) < 0xa0;
}

using Cells = std::vector<std::string>;

Cells printable_of(const Cells& cells) {
  Cells out;
  for (const std::string& cell : cells) out.push_back(printable(cell));
  return out;
}

void append_line(std::string& out, const Cells& cells, const std::vector<std::size_t>& widths) {
  const std::size_t start = out.size();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i != 0) out += "  ";
    out += cells[i];
    out.append(widths[i] - width_of(cells[i]), ' ');
  }
  while (out.size() > start && out.back() == ' ') out.pop_back();
  out += '\n';
}

std::string aligned(const std::vector<Cells>& lines, std::size_t columns) {
  std::vector<std::size_t> widths(columns);
  for (const Cells& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  std::string out;
  for (const Cells& line : lines) append_line(out, line, widths);
  return out;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = utf8_size(text);
    const std::string_view one = text.substr(0, size == 0 ? 1 : size);
    if (size == 0 || is_control(one)) {
      out += '?';
    } else {
      out += one;
    }
    text.remove_prefix(one.size());
  }
  return out;
}

std::string_view shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max);
}

std::string table(const std::vector<std::string>& headings,
                  const std::vector<std::vector<std::string>>& rows) {
  std::vector<Cells> lines{printable_of(headings)};
  for (const auto& row : rows) lines.push_back(printable_of(row));
  return aligned(lines, headings.size());
}

std::string sheet(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<Cells> lines;
  for (const auto& [name, value] : pairs) lines.push_back(printable_of({name, value}));
  return aligned(lines, 2);
}

}  // namespace batata::cli
