package batata.spring;

import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What tests/process/spring_apps.py looks at. Everything is answered as plain text. */
@RestController
public class Endpoints {
    private final Scoped scoped;
    private final Bound bound;
    private final Peers peers;
    private final DiscoveryClient discovery;
    private final String port;

    public Endpoints(Scoped scoped, Bound bound, Peers peers, DiscoveryClient discovery,
                     @Value("${server.port}") String port) {
        this.scoped = scoped;
        this.bound = bound;
        this.peers = peers;
        this.discovery = discovery;
        this.port = port;
    }

    /** The value of a bean in the refresh scope, and one of bound properties. */
    @GetMapping("/values")
    public String values() {
        return scoped.greeting() + " " + bound.getColour();
    }

    @GetMapping("/who")
    public String who() {
        return port;
    }

    /** Calls one instance of a service: its port, or 502 and why there was no answer. */
    @GetMapping("/call")
    public ResponseEntity<String> call(@RequestParam("service") String service) {
        try {
            return ResponseEntity.ok(peers.who(service));
        } catch (RuntimeException error) { // none to call, refused, cut off: the test wants to know, whatever it is
            return ResponseEntity.status(HttpStatus.BAD_GATEWAY).body(String.valueOf(error));
        }
    }

    /** The ports that the discovery client knows of a service, sorted. */
    @GetMapping("/known")
    public String known(@RequestParam("service") String service) {
        return discovery.getInstances(service).stream().map(instance -> String.valueOf(instance.getPort())).sorted()
            .collect(Collectors.joining(" "));
    }
}
