package batata.driver;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One line of the protocol between the test runner and a client driver: fields divided by tabs, each percent-encoded, with
 * {@code \N} for a null. tests/process/lines.py is the other end.
 */
final class Line {
  private static final String NULL = "\\N";

  private Line() {}

  static String join(List<String> fields) {
    List<String> encoded = new ArrayList<>(fields.size());
    for (String field : fields) {
      encoded.add(field == null ? NULL : URLEncoder.encode(field, StandardCharsets.UTF_8));
    }
    return String.join("\t", encoded);
  }

  static List<String> split(String line) {
    List<String> fields = new ArrayList<>();
    for (String field : line.split("\t", -1)) {
      fields.add(field.equals(NULL) ? null : URLDecoder.decode(field, StandardCharsets.UTF_8));
    }
    return fields;
  }
}
