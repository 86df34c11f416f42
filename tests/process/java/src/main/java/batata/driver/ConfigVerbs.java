package batata.driver;

import com.alibaba.nacos.api.config.ConfigService;
import com.alibaba.nacos.api.config.listener.AbstractListener;
import com.alibaba.nacos.api.config.listener.Listener;
import com.alibaba.nacos.api.exception.NacosException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The verbs of one configuration client. */
final class ConfigVerbs {
  private static final long TIMEOUT_MS = 5000;

  private final ConfigService service;
  private final BiConsumer<String, List<String>> events;
  private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
  private final ConfigExtras extras;

  ConfigVerbs(ConfigService service, BiConsumer<String, List<String>> events) {
    this.service = service;
    this.events = events;
    this.extras = new ConfigExtras(service, events);
  }

  List<String> run(String verb, List<String> a) throws NacosException {
    switch (verb) {
      case "publish":
        return truth(service.publishConfig(a.get(0), a.get(1), a.get(2), a.get(3)));
      case "get":
        return Collections.singletonList(service.getConfig(a.get(0), a.get(1), TIMEOUT_MS));
      case "remove":
        return truth(service.removeConfig(a.get(0), a.get(1)));
      case "listen":
        service.addListener(a.get(0), a.get(1), listener(a.get(2)));
        return List.of();
      case "unlisten":
        service.removeListener(a.get(0), a.get(1), listeners.remove(a.get(2)));
        return List.of();
      default:
        return extras.run(verb, a);
    }
  }

  void shutDown() throws NacosException {
    service.shutDown();
  }

  private Listener listener(String name) {
    Listener listener =
        new AbstractListener() {
          @Override
          public void receiveConfigInfo(String content) {
            events.accept(name, Collections.singletonList(content));
          }
        };
    listeners.put(name, listener);
    return listener;
  }

  static List<String> truth(boolean value) {
    return List.of(Boolean.toString(value));
  }
}
