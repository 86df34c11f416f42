package batata.driver;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.naming.NamingService;
import com.alibaba.nacos.api.naming.pojo.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The verbs that naming clients have since 2.1. */
final class NamingExtras {
  private final NamingService service;

  NamingExtras(NamingService service, BiConsumer<String, List<String>> events) {
    this.service = service;
  }

  List<String> run(String verb, List<String> a) throws NacosException {
    switch (verb) {
      case "register_batch":
        service.batchRegisterInstance(a.get(0), a.get(1), instances(a));
        return List.of();
      case "deregister_batch":
        service.batchDeregisterInstance(a.get(0), a.get(1), instances(a));
        return List.of();
      default:
        throw new IllegalArgumentException("this library does not know " + verb);
    }
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
