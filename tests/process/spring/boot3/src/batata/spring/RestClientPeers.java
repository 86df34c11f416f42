package batata.spring;

import java.time.Duration;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Calls by RestClient, which Spring Boot has since 3.2. */
@Configuration
public class RestClientPeers {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @Bean
    @LoadBalanced
    RestClient.Builder builder() {
        SimpleClientHttpRequestFactory requests = new SimpleClientHttpRequestFactory();
        requests.setConnectTimeout(TIMEOUT);
        requests.setReadTimeout(TIMEOUT);
        return RestClient.builder().requestFactory(requests);
    }

    @Bean
    Peers peers(RestClient.Builder builder) {
        RestClient client = builder.build();
        return service -> client.get().uri("http://" + service + "/who").retrieve().body(String.class);
    }
}
