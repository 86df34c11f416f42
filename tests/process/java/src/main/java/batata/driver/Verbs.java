package batata.driver;

import com.alibaba.nacos.api.NacosFactory;
import com.alibaba.nacos.api.PropertyKeyConst;
import com.alibaba.nacos.api.config.ConfigService;
import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** What the runner may ask for. The first argument of every verb is the name of a client that {@code open} made. */
final class Verbs {
  private final Map<String, ConfigVerbs> configs = new ConcurrentHashMap<>();
  private final Map<String, NamingVerbs> namings = new ConcurrentHashMap<>();
  private final Map<String, LockVerbs> locks = new ConcurrentHashMap<>();
  private final BiConsumer<String, List<String>> events;

  Verbs(BiConsumer<String, List<String>> events) {
    this.events = events;
  }

  List<String> run(String verb, List<String> arguments) throws Exception {
    String client = arguments.get(0);
    switch (verb) {
      case "open":
        return open(client, arguments.subList(1, arguments.size()));
      case "close":
        return close(client);
      default:
        List<String> rest = arguments.subList(1, arguments.size());
        if (configs.containsKey(client)) return configs.get(client).run(verb, rest);
        if (namings.containsKey(client)) return namings.get(client).run(verb, rest);
        if (locks.containsKey(client)) return locks.get(client).run(verb, rest);
        throw new IllegalArgumentException("no client is called " + client);
    }
  }

  /** Arguments: kind, address, namespace, user (empty: nobody signs in), password. */
  private List<String> open(String client, List<String> a) throws NacosException {
    Properties properties = new Properties();
    properties.put(PropertyKeyConst.SERVER_ADDR, a.get(1));
    properties.put(PropertyKeyConst.NAMESPACE, a.get(2));
    if (!a.get(3).isEmpty()) {
      properties.put(PropertyKeyConst.USERNAME, a.get(3));
      properties.put(PropertyKeyConst.PASSWORD, a.get(4));
    }
    if (a.get(0).equals("lock")) {
      locks.put(client, LockVerbs.open(properties));
    } else if (a.get(0).equals("config")) {
      ConfigService service = NacosFactory.createConfigService(properties);
      configs.put(client, new ConfigVerbs(service, events));
    } else {
      NamingService service = NacosFactory.createNamingService(properties);
      namings.put(client, new NamingVerbs(service, events));
    }
    return List.of();
  }

  private static void shutDown(NamingVerbs naming) {
    try {
      naming.shutDown();
    } catch (NacosException failure) {
      failure.printStackTrace();
    }
  }

  private List<String> close(String client) throws NacosException {
    ConfigVerbs config = configs.remove(client);
    if (config != null) config.shutDown();
    NamingVerbs naming = namings.remove(client);
    // Clients of 1.x take some 5 s for it, so it goes on behind the answer.
    if (naming != null) new Thread(() -> shutDown(naming)).start();
    LockVerbs lock = locks.remove(client);
    if (lock != null) lock.shutDown();
    return List.of();
  }
}
