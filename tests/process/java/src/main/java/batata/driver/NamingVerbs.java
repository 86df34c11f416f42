package batata.driver;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.listener.EventListener;
import com.alibaba.nacos.api.naming.listener.NamingEvent;
import com.alibaba.nacos.api.naming.pojo.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * The verbs of one naming client. An instance is written {@code ip:port;weight;healthy;key=value,key=value} with the keys in
 * order.
 */
final class NamingVerbs {
  private static final int PAGE_SIZE = 100;

  private final NamingService service;
  private final BiConsumer<String, List<String>> events;
  private final Map<String, EventListener> listeners = new ConcurrentHashMap<>();
  private final NamingExtras extras;

  NamingVerbs(NamingService service, BiConsumer<String, List<String>> events) {
    this.service = service;
    this.events = events;
    this.extras = new NamingExtras(service, events);
  }

  List<String> run(String verb, List<String> a) throws NacosException {
    switch (verb) {
      case "register":
        service.registerInstance(a.get(0), a.get(1), instance(a));
        return List.of();
      case "register_persistent":
        service.registerInstance(a.get(0), a.get(1), persistent(instance(a)));
        return List.of();
      case "deregister":
        service.deregisterInstance(a.get(0), a.get(1), a.get(2), Integer.parseInt(a.get(3)));
        return List.of();
      case "deregister_persistent":
        service.deregisterInstance(a.get(0), a.get(1), persistent(address(a.get(2), a.get(3))));
        return List.of();
      case "instances":
        return texts(service.getAllInstances(a.get(0), a.get(1), false));
      case "select":
        return texts(service.selectInstances(a.get(0), a.get(1), true, false));
      case "subscribe":
        service.subscribe(a.get(0), a.get(1), listener(a.get(2)));
        return List.of();
      case "unsubscribe":
        service.unsubscribe(a.get(0), a.get(1), listeners.remove(a.get(2)));
        return List.of();
      case "services":
        return service.getServicesOfServer(1, PAGE_SIZE, a.get(0)).getData();
      default:
        return extras.run(verb, a);
    }
  }

  void shutDown() throws NacosException {
    service.shutDown();
  }

  private EventListener listener(String name) {
    EventListener listener =
        event -> {
          if (event instanceof NamingEvent) events.accept(name, texts(((NamingEvent) event).getInstances()));
        };
    listeners.put(name, listener);
    return listener;
  }

  private static Instance instance(List<String> a) {
    Instance instance = address(a.get(2), a.get(3));
    instance.setWeight(Double.parseDouble(a.get(4)));
    for (String pair : a.get(5).isEmpty() ? new String[0] : a.get(5).split(",")) {
      String[] sides = pair.split("=", 2);
      instance.addMetadata(sides[0], sides[1]);
    }
    return instance;
  }

  static Instance address(String ip, String port) {
    Instance instance = new Instance();
    instance.setIp(ip);
    instance.setPort(Integer.parseInt(port));
    return instance;
  }

  private static Instance persistent(Instance instance) {
    instance.setEphemeral(false);
    return instance;
  }

  private static List<String> texts(List<Instance> instances) {
    List<String> texts = new ArrayList<>();
    for (Instance instance : instances) texts.add(text(instance));
    return texts;
  }

  private static String text(Instance instance) {
    List<String> pairs = new ArrayList<>();
    new TreeMap<>(instance.getMetadata()).forEach((key, value) -> pairs.add(key + "=" + value));
    return String.join(
        ";",
        instance.getIp() + ":" + instance.getPort(),
        Double.toString(instance.getWeight()),
        Boolean.toString(instance.isHealthy()),
        String.join(",", pairs));
  }
}
