package batata.spring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.stereotype.Component;

/** A bean that stays and is given the new values after a change of its configuration. */
@Component
@ConfigurationProperties("test")
public class Bound {
    private String colour;

    public String getColour() {
        return colour;
    }

    public void setColour(String colour) {
        this.colour = colour;
    }
}
