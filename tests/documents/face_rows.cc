// Prints every row of the faces as JSON: {"http": [...], "grpc": [...]} of Nacos, "own": [...] of batata
// itself. Faces on a simulated node with everything on, so that no row is left out.
#include <cstdio>
#include <string>

#include "base/json.h"
#include "faces/batata/backup_http.h"
#include "faces/batata/documents_http.h"
#include "faces/batata/log_http.h"
#include "faces/batata/metrics_http.h"
#include "faces/batata/status_http.h"
#include "tests/support/nacos_house.h"

namespace {

using namespace batata;

void write(json::Writer& out, const wire::RowInfo& row) {
  out.begin_object().member("method", wire::name_of(row.method)).member("path", row.path);
  out.member("selector", row.selector).member("permission", row.permission);
  out.member("summary", row.summary).member("source", row.source).key("params").begin_array();
  for (const wire::Param& param : row.params) {
    out.begin_object().member("name", param.name).member("required", param.required);
    out.member("help", param.help).end_object();
  }
  out.end_array().end_object();
}

class NoBackups final : public cluster::Backups {
  Task<Result<Begun>> begin() override { co_return fail(Errc::kUnsupported, "only rows are asked for"); }
  Task<Result<Part>> part(std::string, std::uint64_t) override {
    co_return fail(Errc::kUnsupported, "only rows are asked for");
  }
  Status give_up(const std::string&) override { return fail(Errc::kUnsupported, "only rows are asked for"); }
};

}  // namespace

int main() {
  nacos::House house;
  std::string text;
  json::Writer out(text);
  out.begin_object().key("http").begin_array();
  for (const wire::RowInfo& row : house.router.rows()) write(out, row);
  out.end_array().key("grpc").begin_array();
  for (const nacos::Rpc* row : house.face.rpcs()) {
    out.begin_object().member("request", row->request).member("response", row->response);
    out.member("cluster_only", row->cluster_only).member("summary", row->summary).end_object();
  }
  out.end_array().key("own").begin_array();
  NoBackups backups;
  own::BackupHttp backup_http(backups, house.face.gate());
  wire::Router own_router(house.runtime);
  backup_http.add_http(own_router);
  own::LogHttp log_http(house.face.gate());
  own::StatusHttp status_http([] { return std::string(); });
  status_http.add_http(own_router);
  log_http.add_http(own_router);
  const metrics::Registry registry;
  own::MetricsHttp metrics_http(house.runtime, registry, house.face.gate(), false, nullptr);
  metrics_http.add_http(own_router);
  own::DocumentsHttp documents_http(own_router, "");
  documents_http.add_http(own_router);
  for (const wire::RowInfo& row : own_router.rows()) write(out, row);
  out.end_array().end_object();
  std::fprintf(stdout, "%s\n", text.c_str());
  return 0;
}
