#include "faces/batata/backup_http.h"

#include <charconv>
#include <utility>

#include "base/json.h"
#include "faces/batata/errors.h"

namespace batata::own {
namespace {

using wire::Method;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::span<const wire::Endpoint<BackupHttp>> BackupHttp::rows() {
  static constexpr std::string_view kSource = "batata's own";
  static constexpr std::string_view kBegin =
      "Begins a backup of everything that has been acknowledged, one at a time: `{\"id\",\"revision\"}`.";
  static constexpr std::string_view kPart =
      "A part of a backup, from 0 on, each once or once more: the parts one behind the other are its file. "
      "The "
      "header `Batata-Last-Part` says whether it is the last one.";
  static constexpr std::string_view kGiveUp =
      "Ends a backup of which no more parts are wanted, so that another one can begin at once: `{}`.";
  static constexpr wire::Param kId = {"id", true, "What the beginning has answered, in the path"};
  static constexpr wire::Param kOfOne[] = {kId};
  static constexpr wire::Param kOfPart[] = {kId, {"number", true, "Which part, from 0, in the path"}};
  static const wire::Endpoint<BackupHttp> kRows[] = {
      {.method = Method::kPost,
       .path = "/batata/v1/backups",
       .handle = &BackupHttp::begin,
       .permission = wire::kAdministrators,
       .summary = kBegin,
       .params = {},
       .source = kSource,
       .ends_with_client = true},  // who does not hear the id has no use for it
      {.method = Method::kGet,
       .path = "/batata/v1/backups/{id}/parts/{number}",
       .handle = &BackupHttp::part,
       .permission = wire::kAdministrators,
       .summary = kPart,
       .params = kOfPart,
       .source = kSource,
       .ends_with_client = true},
      {.method = Method::kDelete,
       .path = "/batata/v1/backups/{id}",
       .handle = &BackupHttp::give_up,
       .permission = wire::kAdministrators,
       .summary = kGiveUp,
       .params = kOfOne,
       .source = kSource},
  };
  return kRows;
}

void BackupHttp::add_http(wire::Router& router) {
  router.add(*this, rows(), &gate_);
  router.set_fallback("/batata/", [](const wire::Request& request, std::string_view allowed) {
    if (allowed.empty())
      return refused({Errc::kNotFound, "there is nothing at " + std::string(request.path)});
    wire::Response response = refused({Errc::kInvalidArgument, "this address takes " + std::string(allowed)});
    response.status = 405;
    response.header("Allow", allowed);
    return response;
  });
}

Task<wire::Response> BackupHttp::begin(wire::Request, cluster::Context) {
  const auto begun = co_await backups_.begin();
  if (!begun) co_return refused(begun.error());
  wire::Response response;
  response.content_type = "application/json";
  json::Writer(response.body)
      .begin_object()
      .member("id", begun->id)
      .member("revision", static_cast<std::int64_t>(begun->revision.value))
      .end_object();
  co_return response;
}

Task<wire::Response> BackupHttp::part(wire::Request request, cluster::Context) {
  const auto number = parse_number(request.captures.at(1));
  if (!number) co_return refused({Errc::kInvalidArgument, "the number of a part is a number, from 0 on"});
  auto part = co_await backups_.part(std::string(request.captures.at(0)), *number);
  if (!part) co_return refused(part.error());
  wire::Response response;
  response.content_type = "application/octet-stream";
  response.header("Batata-Last-Part", part->last ? "true" : "false");
  response.shared_body = *part->bytes;
  response.owner = std::move(part->bytes);
  co_return response;
}

Task<wire::Response> BackupHttp::give_up(wire::Request request, cluster::Context) {
  if (auto ended = backups_.give_up(std::string(request.captures.at(0))); !ended)
    co_return refused(ended.error());
  wire::Response response;
  response.content_type = "application/json";
  response.body = "{}";
  co_return response;
}

}  // namespace batata::own
