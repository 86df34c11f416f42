#include "wire/server_event.h"

#include <gtest/gtest.h>

namespace batata::wire {
namespace {

std::string text_of(const ServerEvent& event) {
  std::string out;
  append_event(out, event);
  return out;
}

TEST(ServerEventTest, IsWrittenInFields) {
  EXPECT_EQ(text_of({.data = "x"}), "data: x\n\n");
  EXPECT_EQ(text_of({.name = "change", .data = "x", .id = "7", .retry_ms = 500}),
            "id: 7\nevent: change\nretry: 500\ndata: x\n\n");
}

TEST(ServerEventTest, KeepsEveryLineOfItsData) {
  EXPECT_EQ(text_of({.data = "a\nb\r\nc\rd"}), "data: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(text_of({.data = "a\n"}), "data: a\ndata: \n\n");
  EXPECT_EQ(text_of({.data = ""}), "data: \n\n");
}

TEST(ServerEventTest, NamesAndIdsStartNoLineOfTheirOwn) {
  using namespace std::string_view_literals;
  EXPECT_EQ(text_of({.name = "a\ndata: b", .data = "x", .id = "1\r\nid: 2"}), "id: 1\nevent: a\ndata: x\n\n");
  EXPECT_EQ(text_of({.data = "x", .id = "1\0002"sv}), "id: 1\ndata: x\n\n");
}

}  // namespace
}  // namespace batata::wire
