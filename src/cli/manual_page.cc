#include <fmt/format.h>

#include "cli/completion.h"

namespace batata::cli {
namespace {

// As roff takes it: '\' and '-' have meanings of their own, and a line may not begin with a dot or a quote.
std::string roff(std::string_view text) {
  std::string out;
  bool is_line_start = true;
  for (const char c : text) {
    if (is_line_start && (c == '.' || c == '\'')) out += "\\&";
    is_line_start = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

// "-o, --output table|json|yaml" in bold and italics.
std::string heading(const TreeOption& option) {
  std::string out;
  for (const std::string& name : option.names)
    out += (out.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
  if (!option.value.empty()) out += " \\fI" + roff(option.value) + "\\fR";
  return out;
}

void add_options(std::string& out, const std::vector<TreeOption>& options) {
  for (const TreeOption& option : options) {
    out += ".TP\n" + heading(option) + "\n" + roff(option.help);
    if (!option.standard.empty()) out += roff(" [" + option.standard + "]");
    out += "\n";
  }
}

void add_command(std::string& out, const TreeCommand& command, const std::string& path) {
  for (const TreeCommand& below : command.commands) add_command(out, below, path + " " + below.name);
  if (!command.commands.empty()) return;
  out += ".SS " + roff("batata" + path);
  for (const TreeOption& argument : command.arguments)
    out += argument.is_required ? " \\fI" + roff(argument.names.front()) + "\\fR"
                                : " [\\fI" + roff(argument.names.front()) + "\\fR]";
  out += "\n" + roff(command.help) + ".\n";
  add_options(out, command.arguments);
  add_options(out, command.options);
}

}  // namespace

std::string manual_page(const TreeCommand& tree, std::string_view version) {
  std::string out = fmt::format(".TH BATATA 1 \"\" \"batata {}\" \"User Commands\"\n", version);
  out +=
      ".SH NAME\nbatata \\- configuration and service discovery that speaks Nacos\n"
      ".SH SYNOPSIS\n.B batata\n[\\fIoptions\\fR] \\fIcommand\\fR ...\n.br\n"
      ".B batata server\n[\\fB\\-\\-config\\fR \\fIFILE\\fR] [\\fB\\-\\-\\fIKEY\\fB=\\fIVALUE\\fR]...\n"
      ".SH DESCRIPTION\nA server, and the commands that talk to one. Without a command the server starts;\n"
      ".B batata server \\-\\-help\nlists its settings.\n"
      ".SH OPTIONS\nOf every command, before or behind it:\n";
  add_options(out, tree.options);
  out += ".SH COMMANDS\n";
  add_command(out, tree, "");
  out +=
      ".SH ENVIRONMENT\n"
      ".TP\n.B BATATA_ADDR\nAddress of the server.\n"
      ".TP\n.B BATATA_PROFILE\nProfile that says how the server is reached; comes before BATATA_ADDR.\n"
      ".TP\n.B BATATA_TOKEN\\fR, \\fBBATATA_TOKEN_FILE\nToken of somebody who has signed in, and a file with "
      "one.\n"
      ".TP\n.B BATATA_USERNAME\\fR, \\fBBATATA_PASSWORD\nWho signs in where there is no token.\n"
      ".TP\n.B BATATA_CA_FILE\\fR, \\fBBATATA_CLIENT_CERT\\fR, \\fBBATATA_CLIENT_KEY\nFiles of TLS.\n"
      ".SH FILES\n.TP\n.I ~/.config/batata/profiles.json\nThe profiles; in XDG_CONFIG_HOME where that is "
      "set.\n"
      ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : {std::pair{"0", "done"},
                                      {"1", "failed"},
                                      {"2", "usage"},
                                      {"3", "not found"},
                                      {"4", "conflict"},
                                      {"5", "denied"},
                                      {"6", "timeout: no answer in time; a change may have been made"},
                                      {"7", "damaged"}})
    out += fmt::format(".TP\n.B {}\n{}\n", code, roff(meaning));
  return out;
}

}  // namespace batata::cli
