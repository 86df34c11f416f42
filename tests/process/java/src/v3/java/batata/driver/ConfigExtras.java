package batata.driver;

import com.alibaba.nacos.api.config.ConfigService;
import com.alibaba.nacos.api.config.listener.AbstractFuzzyWatchEventWatcher;
import com.alibaba.nacos.api.config.listener.ConfigFuzzyWatchChangeEvent;
import com.alibaba.nacos.api.config.listener.FuzzyWatchEventWatcher;
import com.alibaba.nacos.api.exception.NacosException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The verbs that configuration clients have since 2.0 and since 3.0. */
final class ConfigExtras {
  private final ConfigService service;
  private final BiConsumer<String, List<String>> events;
  private final Map<String, FuzzyWatchEventWatcher> watchers = new ConcurrentHashMap<>();

  ConfigExtras(ConfigService service, BiConsumer<String, List<String>> events) {
    this.service = service;
    this.events = events;
  }

  List<String> run(String verb, List<String> a) throws NacosException {
    switch (verb) {
      case "publish_cas":
        return ConfigVerbs.truth(service.publishConfigCas(a.get(0), a.get(1), a.get(2), a.get(3)));
      case "fuzzy_watch":
        service.fuzzyWatch(a.get(0), a.get(1), watcher(a.get(2)));
        return List.of();
      case "cancel_fuzzy_watch":
        service.cancelFuzzyWatch(a.get(0), a.get(1), watchers.remove(a.get(2)));
        return List.of();
      default:
        throw new IllegalArgumentException("this library does not know " + verb);
    }
  }

  /** Tells the kind of change, such as "ADD_CONFIG", and the name of the configuration. */
  private FuzzyWatchEventWatcher watcher(String name) {
    FuzzyWatchEventWatcher watcher =
        new AbstractFuzzyWatchEventWatcher() {
          @Override
          public void onEvent(ConfigFuzzyWatchChangeEvent event) {
            events.accept(name, List.of(event.getChangedType(), event.getDataId()));
          }
        };
    watchers.put(name, watcher);
    return watcher;
  }
}
