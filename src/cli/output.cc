#include "cli/output.h"

#include <algorithm>

namespace batata::cli {
namespace {

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

void append_line(std::string& out, const std::vector<std::string>& cells,
                 const std::vector<std::size_t>& widths) {
  const std::size_t start = out.size();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i != 0) out += "  ";
    out += printable(cells[i]);
    out.append(widths[i] - width_of(cells[i]), ' ');
  }
  while (out.size() > start && out.back() == ' ') out.pop_back();
  out += '\n';
}

}  // namespace

std::string table(const std::vector<std::string>& headings,
                  const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(headings.size());
  for (std::size_t i = 0; i < headings.size(); ++i) widths[i] = width_of(headings[i]);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  append_line(out, headings, widths);
  for (const auto& row : rows) append_line(out, row, widths);
  return out;
}

std::string sheet(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<std::size_t> widths(2);
  for (const auto& [name, value] : pairs) {
    widths[0] = std::max(widths[0], width_of(name));
    widths[1] = std::max(widths[1], width_of(value));
  }
  std::string out;
  for (const auto& [name, value] : pairs) append_line(out, {name, value}, widths);
  return out;
}

}  // namespace batata::cli
