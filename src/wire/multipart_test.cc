#include "wire/multipart.h"

#include <gtest/gtest.h>

#include <string>

#include "wire/http.h"

namespace batata::wire {
namespace {

std::string part(std::string_view headers, std::string_view content) {
  return "--b\r\n" + std::string(headers) + "\r\n\r\n" + std::string(content) + "\r\n";
}
std::string field(std::string_view name, std::string_view content) {
  return part("Content-Disposition: form-data; name=\"" + std::string(name) + "\"", content);
}

TEST(MultipartBoundary, IsReadFromTheContentType) {
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=abc"), "abc");
  EXPECT_EQ(multipart_boundary("Multipart/Form-Data ;charset=utf-8; Boundary=\"a b\""), "a b");
  const std::string longest(70, 'x');
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=" + longest), longest);
  for (const std::string& bad :
       {std::string("multipart/form-data"), std::string("multipart/mixed; boundary=a"),
        std::string("multipart/form-data; boundary="), std::string("multipart/form-data; boundary=\"a \""),
        std::string("multipart/form-data; boundary=\"a"), std::string("multipart/form-data; boundary=a{b"),
        "multipart/form-data; boundary=x" + longest, std::string("text/plain; boundary=a")})
    EXPECT_EQ(multipart_boundary(bad), std::nullopt) << bad;
}

TEST(Multipart, GivesFieldsAndFilesInTheirOrder) {
  const std::string body =
      "preamble\r\n" + field("a", "1") + field("empty", "") +
      part(
          "content-disposition: form-data; filename=\"C:\\x\\\"y.zip\"; name=file\r\nContent-Type: "
          "application/zip\r\nX-Other: z",
          std::string_view("PK\0\r\n--bc\r\n", 11)) +
      "--b--\r\nepilogue";
  const auto parts = parse_multipart(body, "b");
  ASSERT_TRUE(parts.has_value());
  ASSERT_EQ(parts->size(), 3u);
  EXPECT_EQ((*parts)[0].name, "a");
  EXPECT_EQ((*parts)[0].content, "1");
  EXPECT_FALSE((*parts)[0].is_file);
  EXPECT_EQ((*parts)[1].content, "");
  EXPECT_TRUE((*parts)[2].is_file);
  EXPECT_EQ((*parts)[2].name, "file");
  EXPECT_EQ((*parts)[2].filename, "C:\\x\\\"y.zip");
  EXPECT_EQ((*parts)[2].content_type, "application/zip");
  EXPECT_EQ((*parts)[2].content, std::string_view("PK\0\r\n--bc\r\n", 11));
}

TEST(Multipart, AFormWithoutPartsHasNone) {
  const auto parts = parse_multipart("--b--", "b");
  ASSERT_TRUE(parts.has_value());
  EXPECT_TRUE(parts->empty());
}

TEST(Multipart, MalformedFormsAreRefusedAsAWhole) {
  const std::string end = "--b--\r\n";
  const std::string cases[] = {
      "",
      "no boundary at all",
      "--b\r\n",
      field("a", "1"),                                                        // no end
      field("a", "1") + "--b\r\nContent-Disposition: form-data; name=\"x\"",  // cut in the headers
      part("Content-Type: text/plain", "1") + end,                            // no disposition
      part("Content-Disposition: form-data", "1") + end,                      // no name
      part("Content-Disposition: attachment; name=\"a\"", "1") + end,         // another disposition
      part("Content-Disposition: form-data; name=\"a", "1") + end,            // an open quote
      part("Content-Disposition: form-data; name=\"a\"; name=\"b\"", "1") + end,
      part("Content-Disposition: form-data; name=a junk=\"", "1") + end,
      part("no colon", "1") + end,
      part("Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64", "MQ==") + end,
      "--b\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b--\n",  // bare line feeds
  };
  for (const std::string& body : cases) {
    const auto parts = parse_multipart(body, "b");
    ASSERT_FALSE(parts.has_value()) << body;
    EXPECT_EQ(parts.error().code, Errc::kInvalidArgument) << body;
  }
}

TEST(Multipart, ItsBoundsAreKept) {
  std::string many;
  for (std::size_t i = 0; i <= kFormPartsMax; ++i) many += field("a", "1");
  EXPECT_EQ(parse_multipart(many + "--b--", "b").error().code, Errc::kResourceExhausted);
  const std::string wide =
      "Content-Disposition: form-data; name=\"a\"\r\nX: " + std::string(kPartHeaderBytesMax, 'x');
  EXPECT_EQ(parse_multipart(part(wide, "1") + "--b--", "b").error().code, Errc::kResourceExhausted);
  std::string tall = "Content-Disposition: form-data; name=\"a\"";
  for (std::size_t i = 0; i < kPartHeaderBytesMax; i += 4) tall += "\r\nX: y";
  EXPECT_EQ(parse_multipart(part(tall, "1") + "--b--", "b").error().code, Errc::kResourceExhausted);
}

Request multipart_request(const std::string& body) {
  Request request;
  request.method = Method::kPost;
  request.query = "q=1";
  request.body = body;
  request.headers = {{"content-type", "multipart/form-data; boundary=b"}};
  return request;
}

TEST(RequestParam, IsReadFromMultipartFormsWithoutDecoding) {
  const std::string body = field("content", "a%20b+c") + field("q", "2") +
                           part("Content-Disposition: form-data; name=\"file\"; filename=\"x.zip\"", "PK") +
                           "--b--";
  const auto request = multipart_request(body);
  EXPECT_EQ(request.param("content"), "a%20b+c");
  EXPECT_EQ(request.param("q"), "1");
  EXPECT_EQ(request.param("file"), std::nullopt);
  ASSERT_NE(request.file("file"), nullptr);
  EXPECT_EQ(request.file("file")->content, "PK");
  EXPECT_EQ(request.file("content"), nullptr);
}

TEST(RequestParam, NothingIsReadFromAFormThatIsCutOff) {
  const std::string body = field("a", "1") + "--b\r\nCont";
  const auto request = multipart_request(body);
  EXPECT_EQ(request.param("a"), std::nullopt);
  EXPECT_EQ(request.param("q"), "1");
}

TEST(RequestOwn, KeepsTheFilesOfAForm) {
  auto body = std::make_unique<std::string>(
      field("a", "1") + part("Content-Disposition: form-data; name=\"f\"; filename=\"n\"", "PK") + "--b--");
  auto request = multipart_request(*body);
  request.own();
  body->assign(body->size(), '#');
  EXPECT_EQ(request.param("a"), "1");
  ASSERT_NE(request.file("f"), nullptr);
  EXPECT_EQ(request.file("f")->content, "PK");
  EXPECT_EQ(request.file("f")->filename, "n");
  request.clear();
  EXPECT_EQ(request.file("f"), nullptr);
}

}  // namespace
}  // namespace batata::wire
