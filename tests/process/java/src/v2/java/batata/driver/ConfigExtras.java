package batata.driver;

import com.alibaba.nacos.api.config.ConfigService;
import com.alibaba.nacos.api.exception.NacosException;
import java.util.List;
import java.util.function.BiConsumer;

/** The verbs that configuration clients have since 2.0. */
final class ConfigExtras {
  private final ConfigService service;

  ConfigExtras(ConfigService service, BiConsumer<String, List<String>> events) {
    this.service = service;
  }

  List<String> run(String verb, List<String> a) throws NacosException {
    if (verb.equals("publish_cas")) {
      return ConfigVerbs.truth(service.publishConfigCas(a.get(0), a.get(1), a.get(2), a.get(3)));
    }
    throw new IllegalArgumentException("this library does not know " + verb);
  }
}
