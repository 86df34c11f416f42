package batata.spring;

import java.time.Duration;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestTemplate;

/** Calls by RestTemplate. */
@Configuration
public class RestTemplatePeers {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @Bean
    @LoadBalanced
    RestTemplate template(RestTemplateBuilder builder) {
        return builder.setConnectTimeout(TIMEOUT).setReadTimeout(TIMEOUT).build();
    }

    @Bean
    Peers peers(RestTemplate template) {
        return service -> template.getForObject("http://" + service + "/who", String.class);
    }
}
