package batata.driver;

import com.alibaba.nacos.api.naming.NamingService;
import java.util.List;
import java.util.function.BiConsumer;

/** The verbs that naming clients of this generation have beyond those of all: none. */
final class NamingExtras {
  NamingExtras(NamingService service, BiConsumer<String, List<String>> events) {}

  List<String> run(String verb, List<String> arguments) {
    throw new IllegalArgumentException("this library does not know " + verb);
  }
}
