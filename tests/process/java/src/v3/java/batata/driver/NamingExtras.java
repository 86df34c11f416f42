package batata.driver;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.listener.AbstractFuzzyWatchEventWatcher;
import com.alibaba.nacos.api.naming.listener.FuzzyWatchChangeEvent;
import com.alibaba.nacos.api.naming.listener.FuzzyWatchEventWatcher;
import com.alibaba.nacos.api.naming.pojo.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The verbs that naming clients have since 2.1 and since 3.0. */
final class NamingExtras {
  private final NamingService service;
  private final BiConsumer<String, List<String>> events;
  private final Map<String, FuzzyWatchEventWatcher> watchers = new ConcurrentHashMap<>();

  NamingExtras(NamingService service, BiConsumer<String, List<String>> events) {
    this.service = service;
    this.events = events;
  }

  List<String> run(String verb, List<String> a) throws NacosException {
    switch (verb) {
      case "register_batch":
        service.batchRegisterInstance(a.get(0), a.get(1), instances(a));
        return List.of();
      case "deregister_batch":
        service.batchDeregisterInstance(a.get(0), a.get(1), instances(a));
        return List.of();
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

  /** Tells "ADD_SERVICE" or "DELETE_SERVICE" and the name of the service. */
  private FuzzyWatchEventWatcher watcher(String name) {
    FuzzyWatchEventWatcher watcher =
        new AbstractFuzzyWatchEventWatcher() {
          @Override
          public void onEvent(FuzzyWatchChangeEvent event) {
            events.accept(name, List.of(event.getChangeType(), event.getServiceName()));
          }
        };
    watchers.put(name, watcher);
    return watcher;
  }

  /** Arguments: service, group, then ip:port as often as there are instances. */
  private static List<Instance> instances(List<String> a) {
    List<Instance> instances = new ArrayList<>();
    for (String address : a.subList(2, a.size())) {
      String[] sides = address.split(":");
      instances.add(NamingVerbs.address(sides[0], sides[1]));
    }
    return instances;
  }
}
