"""Ways to write a guarded path (S03): the ones that are the same path, and the ones that look as if they were."""

GUARDED = "/nacos/v1/cs/configs"
QUESTION = "?dataId=guarded&group=g"

# One normaliser brings these to GUARDED before anything decides on them.
SAME = ["/nacos/v1/cs/configs", "/nacos/v1/cs/configs/", "//nacos/v1/cs/configs", "/nacos//v1/cs/configs",
        "/nacos/./v1/cs/configs", "/nacos/v1/cs/configs/.", "/nacos/v1/cs/configs;x=1", "/nacos/v1/cs/configs/;x=1",
        "/nacos;a=b/v1/cs/configs", "/nacos/x/../v1/cs/configs", "/nacos/v1/cs/%63onfigs", "/nacos%2fv1/cs/configs",
        "/nacos/%2e/v1/cs/configs", "/nacos/%2e%2e/nacos/v1/cs/configs", "/nacos/v1/auth/login/../../cs/configs",
        "/nacos/v1/auth/users/login/..;/../../cs/configs"]

# No path of ours, or none at all.
OTHER = ["/Nacos/v1/cs/configs", "/NACOS/V1/CS/CONFIGS", "/nacos/v1/cs/Configs", "/nacos/v1/cs/configs%20",
         "/nacos/v1/cs/configs%09", "/nacos/v1/cs/configs%00", "/nacos/v1/cs/configs.json",
         "/nacos/v1/cs/cönfigs".encode("utf-8").decode("latin-1"), "/nacos/v1/cs/c%C3%B6nfigs", "/nacos/v1/cs/configs%3Fx",
         "/nacos/v1/cs/configs%252f", "/nacos/v1/cs/%2563onfigs", "/../nacos/v1/cs/configs", "/nacos/v1/cs/configs\\"]

# Behind the question.
TAILS = ["&accessToken", "&accesstoken=x", "&a=b?c=d", "&&", "#x", "&dataId=guarded"]
