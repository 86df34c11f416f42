package batata.driver;

import java.util.List;
import java.util.Properties;

/** Locks, which this generation does not know. */
final class LockVerbs {
  private LockVerbs() {}

  static LockVerbs open(Properties properties) {
    throw new IllegalArgumentException("this library does not know locks");
  }

  List<String> run(String verb, List<String> arguments) {
    throw new IllegalStateException("no lock client can have been opened");
  }

  void shutDown() {}
}
