package batata.spring;

/** Calls other applications by the names of their services; each generation of Spring has its own way. */
public interface Peers {
    /** What one instance of `service`, which the load balancer picks, calls itself. */
    String who(String service);
}
