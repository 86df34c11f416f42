#include "platform/settings/network_rows.h"

#include "platform/settings/units.h"

namespace batata::platform {
namespace {

// clang-format off
constexpr Row kRows[] = {
    {.key = "batata.net.io-threads", .field = &Settings::io_threads, .fallback = "0", .low = 0, .high = 256,
     .help = "Threads that serve connections. 0: one for each core."},
    {.key = "batata.net.max-connections", .field = &Settings::max_connections, .fallback = "0", .low = 0,
     .high = 100'000'000,
     .help = "Connections of clients at a time, on all ports; further ones are told 503 or GOAWAY. 0, and at most: as many as "
             "the limit of descriptors leaves, of which an eighth (128 to 4096) is kept for files and the server's own needs."},
    {.key = "batata.net.max-connections-per-address", .field = &Settings::max_connections_per_address,
     .fallback = "0", .low = 0, .high = 100'000'000,
     .help = "Of these from one address, or from one /64 of IPv6. 0: half of them. Clients behind one proxy count together."},
    {.key = "batata.net.max-header-size", .field = &Settings::max_header_bytes, .fallback = "32KiB", .low = kKiB,
     .high = kMiB,
     .help = "Request line and headers of one request; 431 above it."},
    {.key = "batata.net.max-headers", .field = &Settings::max_headers, .fallback = "128", .low = 8, .high = 10'000,
     .help = "Headers of one request; 431 above it."},
    {.key = "batata.net.max-body-size", .field = &Settings::max_body_bytes, .fallback = "16MiB", .low = 64 * kKiB,
     .high = kGiB,
     .help = "Body of one HTTP request, also unpacked; 413 above it."},
    {.key = "batata.net.max-unpack-ratio", .field = &Settings::max_unpack_ratio, .fallback = "100", .low = 0, .high = 10'000,
     .help = "How many times its size a packed body or gRPC message of more than 1 MiB may unpack to; 413 or RESOURCE_EXHAUSTED "
             "above it. 0: to what a body may have."},
    {.key = "batata.net.min-transfer-rate", .field = &Settings::min_transfer_rate, .fallback = "16KiB", .low = 0, .high = kGiB,
     .help = "Bytes a second that a body or a unary call's message must come with, after the time for headers; 408 or "
             "DEADLINE_EXCEEDED below it. 0: it may take as long as it likes."},
    {.key = "batata.net.min-take-rate", .field = &Settings::min_take_rate, .fallback = "1KiB", .low = 0, .high = kGiB,
     .help = "Bytes a second that a client must take of what waits for it, over each batata.net.stall-timeout in which it does "
             "not take all; else its connection ends. Over HTTP/2 the stream ends, and the connection only when its own "
             "window is shut, or when all its streams wait and none was taken whole. 0: anything at all is enough."},
    {.key = "batata.net.gzip-min-size", .field = &Settings::gzip_min_bytes, .fallback = "2KiB", .low = 0, .high = kGiB,
     .help = "Answers of text from this size on are packed for clients that accept gzip. 0: none are."},
    {.key = "batata.net.gzip-max-size", .field = &Settings::gzip_max_bytes, .fallback = "1MiB", .low = 0, .high = kGiB,
     .help = "Up to this size; packing takes an I/O thread's time."},
    {.key = "batata.net.max-requests-in-flight", .field = &Settings::max_requests_in_flight, .fallback = "16384",
     .low = 16, .high = 10'000'000,
     .help = "Requests at a time that more than one core has to do with, of all clients; those that only wait for a change do "
             "not count. Administration is refused above half of it, writes above three quarters, reads above seven eighths, "
             "health checks and heartbeats above all of it: 503 with Retry-After, over gRPC Nacos' 503."},
    {.key = "batata.net.max-unsent-per-connection", .field = &Settings::max_unsent_per_connection, .fallback = "256MiB",
     .low = kMiB, .high = 64 * kGiB,
     .help = "Bytes of answers that one HTTP/2 connection has not taken yet; further answers are 503 or RESOURCE_EXHAUSTED."},
    {.key = "batata.net.max-unsent-per-stream", .field = &Settings::max_unsent_per_stream, .fallback = "4MiB",
     .low = 64 * kKiB, .high = kGiB,
     .help = "Bytes of pushes, events or messages of a WebSocket that a client has not taken yet, one of whatever size apart; "
             "above it the stream is reset, the WebSocket closed. Each counts 128 bytes beside its own."},
    {.key = "batata.net.max-unsent", .field = &Settings::max_unsent, .fallback = "1GiB", .low = kMiB, .high = 1024 * kGiB,
     .help = "Bytes that all connections have not taken yet; above it only health checks, heartbeats and metrics are served, and "
             "those go that leave the most and take it slowly: a connection, or its greatest HTTP/2 stream."},
    {.key = "batata.net.max-streams", .field = &Settings::max_streams, .fallback = "1000", .low = 1, .high = 100'000,
     .help = "Streams open at once on one HTTP/2 connection."},
    {.key = "batata.net.max-unfinished", .field = &Settings::max_unfinished, .fallback = "1GiB", .low = kMiB,
     .high = 1024 * kGiB,
     .help = "Bytes of requests of all clients, from their first byte until they are answered. Above half of it requests of "
             "more than 64 KiB are refused before they have come, above five eighths those of more than 4 KiB, a sixteenth "
             "above that all; those that have come as by batata.net.max-requests-in-flight: 503 with Retry-After or RESOURCE_EXHAUSTED."},
    {.key = "batata.net.max-unfinished-per-connection", .field = &Settings::max_unfinished_per_connection,
     .fallback = "64MiB", .low = kMiB, .high = 64 * kGiB,
     .help = "Bytes of bodies and messages that have not come to their end, on one HTTP/2 connection; the stream that makes "
             "it more is reset. At least what one body or message may have."},
    {.key = "batata.net.header-timeout", .field = &Settings::header_timeout, .fallback = "10s", .low = 100,
     .high = 10 * kMinute,
     .help = "Time to send a request's headers, from its first byte; 408 after it."},
    {.key = "batata.net.handshake-timeout", .field = &Settings::handshake_timeout, .fallback = "10s", .low = 100,
     .high = 10 * kMinute,
     .help = "Time to shake hands over TLS, from the start of a connection."},
    {.key = "batata.net.stall-timeout", .field = &Settings::stall_timeout, .fallback = "120s",
     .low = 5 * kSecond, .high = kHour,
     .help = "Time in which a client must take what is being sent to it, or batata.net.min-take-rate of it."},
    {.key = "batata.net.stream-keep-alive", .field = &Settings::stream_keep_alive, .fallback = "25s", .low = 1 * kSecond,
     .high = kHour,
     .help = "Silence after which a WebSocket is pinged, and a stream of events sends a comment."},
    {.key = "batata.net.idle-timeout", .field = &Settings::idle_timeout, .fallback = "75s", .low = 1 * kSecond,
     .high = 24 * kHour,
     .help = "Time after which an HTTP connection without a request is closed. gRPC connections are pinged instead."},
    {.key = "nacos.remote.server.grpc.sdk.max-inbound-message-size", .field = &Settings::grpc_max_message_bytes,
     .fallback = "10MiB", .low = 64 * kKiB, .high = kGiB,
     .help = "One gRPC message from a client, or one of a WebSocket."},
    {.key = "nacos.remote.server.grpc.sdk.keep-alive-time", .field = &Settings::grpc_keep_alive_time,
     .fallback = "7200000", .low = 1 * kSecond, .high = 24 * kHour, .bare_milliseconds = true,
     .help = "Silence after which a gRPC connection is pinged."},
    {.key = "nacos.remote.server.grpc.sdk.keep-alive-timeout", .field = &Settings::grpc_keep_alive_timeout,
     .fallback = "20000", .low = 100, .high = kHour, .bare_milliseconds = true,
     .help = "Time to answer that ping."},
    {.key = "batata.grpc.connections-max", .field = &Settings::grpc_connections_max, .fallback = "0", .low = 0,
     .high = 10'000'000,
     .help = "gRPC connections of clients at a time; further ones are closed at once. 0: any number."},
};
// clang-format on

}  // namespace

std::span<const Row> network_rows() {
  return kRows;
}

}  // namespace batata::platform
