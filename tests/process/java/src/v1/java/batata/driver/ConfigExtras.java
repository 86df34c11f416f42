package batata.driver;

import com.alibaba.nacos.api.config.ConfigService;
import java.util.List;
import java.util.function.BiConsumer;

/** The verbs that configuration clients of this generation have beyond those of all: none. */
final class ConfigExtras {
  ConfigExtras(ConfigService service, BiConsumer<String, List<String>> events) {}

  List<String> run(String verb, List<String> arguments) {
    throw new IllegalArgumentException("this library does not know " + verb);
  }
}
