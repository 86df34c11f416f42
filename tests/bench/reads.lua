-- wrk: GETs as a 2.x Java client sends them: of 10,000 configs in turn, or of the path that is given after "--".
-- Prints "RES requests duration_us p50_us p99_us status_errors other_errors".
local keys = 10000
local requests, at = {}, 0

init = function(args)
  local headers = { ["User-Agent"] = "Nacos-Java-Client:v2.5.1", ["Client-Version"] = "2.5.1", ["Accept-Encoding"] = "gzip" }
  if args[1] then
    requests[1] = wrk.format("GET", args[1], headers)
    return
  end
  for n = 1, keys do
    requests[n] = wrk.format("GET", "/nacos/v1/cs/configs?dataId=app-" .. (n * 7919) % keys .. "&group=bench", headers)
  end
end

request = function()
  at = at % #requests + 1
  return requests[at]
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format("RES %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), errors.status, errors.read + errors.write + errors.timeout + errors.connect))
end
