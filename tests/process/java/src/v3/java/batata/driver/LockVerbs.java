package batata.driver;

import com.alibaba.nacos.api.exception.NacosException;
import com.alibaba.nacos.api.lock.LockService;
import com.alibaba.nacos.api.lock.NacosLockFactory;
import com.alibaba.nacos.api.lock.model.LockInstance;
import com.alibaba.nacos.client.lock.core.NLockFactory;
import java.util.List;
import java.util.Properties;

/** The verbs of one client of locks. */
final class LockVerbs {
  private final LockService service;

  private LockVerbs(LockService service) {
    this.service = service;
  }

  static LockVerbs open(Properties properties) throws NacosException {
    return new LockVerbs(NacosLockFactory.createLockService(properties));
  }

  /** Arguments: the key and, to lock, for how many milliseconds at most. */
  List<String> run(String verb, List<String> a) throws NacosException {
    switch (verb) {
      case "lock":
        return truth(service.lock(NLockFactory.getLock(a.get(0), Long.parseLong(a.get(1)))));
      case "unlock":
        LockInstance lock = NLockFactory.getLock(a.get(0));
        return truth(service.unLock(lock));
      default:
        throw new IllegalArgumentException("a client of locks does not know " + verb);
    }
  }

  void shutDown() throws NacosException {
    service.shutdown();
  }

  private static List<String> truth(boolean value) {
    return List.of(Boolean.toString(value));
  }
}
