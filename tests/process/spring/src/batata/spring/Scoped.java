package batata.spring;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.cloud.context.config.annotation.RefreshScope;
import org.springframework.stereotype.Component;

/** A bean that is made anew after a change of its configuration. */
@Component
@RefreshScope
public class Scoped {
    @Value("${test.greeting}")
    private String greeting;

    public String greeting() {
        return greeting;
    }
}
