package batata.driver;

import com.alibaba.nacos.api.PropertyKeyConst;
import com.alibaba.nacos.api.config.model.ConfigBasicInfo;
import com.alibaba.nacos.api.config.model.ConfigCloneInfo;
import com.alibaba.nacos.api.config.model.ConfigDetailInfo;
import com.alibaba.nacos.api.config.model.ConfigHistoryBasicInfo;
import com.alibaba.nacos.api.config.model.SameConfigPolicy;
import com.alibaba.nacos.api.naming.pojo.Instance;
import com.alibaba.nacos.api.naming.pojo.Service;
import com.alibaba.nacos.api.naming.pojo.maintainer.ServiceDetailInfo;
import com.alibaba.nacos.api.selector.NoneSelector;
import com.alibaba.nacos.maintainer.client.config.ConfigMaintainerFactory;
import com.alibaba.nacos.maintainer.client.config.ConfigMaintainerService;
import com.alibaba.nacos.maintainer.client.naming.NamingMaintainerFactory;
import com.alibaba.nacos.maintainer.client.naming.NamingMaintainerService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BiConsumer;

/**
 * What the runner may ask of the client for administrators. Every answer is a list of short texts; a null of the library is a
 * null.
 */
final class Verbs {
  private static final int PAGE_SIZE = 100;

  private ConfigMaintainerService configs;
  private NamingMaintainerService naming;

  Verbs(BiConsumer<String, List<String>> events) {}

  List<String> run(String verb, List<String> a) throws Exception {
    switch (verb) {
      case "open":
        return open(a.get(0), a.get(1), a.get(2));
      case "state":
        return List.of(configs.getServerState().get(a.get(0)), configs.liveness().toString());
      case "nodes":
        return texts(configs.listClusterNodes("", ""), node -> node.getState().name());
      case "connections":
        return List.of(Integer.toString(configs.getCurrentClients().size()));
      case "loader":
        return List.of(Integer.toString(configs.getClusterLoaderMetrics().getDetail().size()));
      default:
        if (verb.startsWith("namespace")) return namespaces(verb, a);
        if (verb.startsWith("config")) return configs(verb, a);
        if (verb.startsWith("service")) return services(verb, a);
        return instances(verb, a);
    }
  }

  private List<String> open(String address, String user, String password) throws Exception {
    Properties properties = new Properties();
    properties.put(PropertyKeyConst.SERVER_ADDR, address);
    properties.put(PropertyKeyConst.USERNAME, user);
    properties.put(PropertyKeyConst.PASSWORD, password);
    configs = ConfigMaintainerFactory.createConfigMaintainerService(properties);
    naming = NamingMaintainerFactory.createNamingMaintainerService(properties);
    return List.of();
  }

  private List<String> namespaces(String verb, List<String> a) throws Exception {
    switch (verb) {
      case "namespace_create":
        return truth(configs.createNamespace(a.get(0), a.get(1), a.get(2)));
      case "namespace_update":
        return truth(configs.updateNamespace(a.get(0), a.get(1), a.get(2)));
      case "namespace_delete":
        return truth(configs.deleteNamespace(a.get(0)));
      case "namespace_exists":
        return truth(configs.checkNamespaceIdExist(a.get(0)));
      case "namespace_list":
        return texts(configs.getNamespaceList(), one -> one.getNamespace() + ":" + one.getNamespaceShowName());
      default:
        throw new IllegalArgumentException(verb);
    }
  }

  private List<String> configs(String verb, List<String> a) throws Exception {
    switch (verb) {
      case "config_publish":
        return truth(configs.publishConfig(a.get(0), a.get(1), a.get(2), a.get(3)));
      case "config_get":
        ConfigDetailInfo config = configs.getConfig(a.get(0), a.get(1), a.get(2));
        return List.of(config.getContent(), config.getMd5(), config.getType(), Long.toString(config.getId()));
      case "config_delete":
        return truth(configs.deleteConfig(a.get(0), a.get(1), a.get(2)));
      case "config_delete_ids":
        return truth(configs.deleteConfigs(List.of(Long.parseLong(a.get(0)))));
      case "config_list":
        return texts(configs.listConfigs(a.get(0), a.get(1), a.get(2)).getPageItems(), ConfigBasicInfo::getDataId);
      case "config_search":
        return texts(configs.searchConfigs(a.get(0), a.get(1), a.get(2)).getPageItems(), ConfigBasicInfo::getDataId);
      case "config_search_detail":
        return texts(
            configs.searchConfigByDetails("", "", a.get(0), "blur", a.get(1), "", "", "", 1, PAGE_SIZE).getPageItems(),
            ConfigBasicInfo::getDataId);
      case "config_clone":
        ConfigCloneInfo clone = new ConfigCloneInfo();
        clone.setConfigId(Long.parseLong(a.get(1)));
        return List.of(
            configs.cloneConfig(a.get(0), List.of(clone), "nacos", SameConfigPolicy.OVERWRITE).get("succCount").toString());
      case "config_in_namespace":
        return texts(configs.getConfigListByNamespace(a.get(0)), ConfigBasicInfo::getDataId);
      case "config_listeners":
        return new ArrayList<>(configs.getListeners(a.get(0), a.get(1)).getListenersStatus().keySet());
      case "config_beta":
        return truth(
            configs.publishBetaConfig(a.get(0), a.get(1), a.get(2), a.get(3), null, null, null, null, "text", a.get(4)));
      case "config_beta_get":
        return List.of(configs.queryBeta(a.get(0), a.get(1), a.get(2)).getContent());
      case "config_beta_stop":
        return truth(configs.stopBeta(a.get(0), a.get(1), a.get(2)));
      case "config_history":
        return texts(
            configs.listConfigHistory(a.get(0), a.get(1), a.get(2), 1, PAGE_SIZE).getPageItems(),
            entry -> entry.getOpType().trim() + ":" + entry.getId());
      case "config_history_entry":
        return List.of(configs.getConfigHistoryInfo(a.get(0), a.get(1), a.get(2), Long.parseLong(a.get(3))).getContent());
      default:
        throw new IllegalArgumentException(verb);
    }
  }

  private List<String> services(String verb, List<String> a) throws Exception {
    switch (verb) {
      case "service_create":
        return List.of(naming.createService(a.get(0), a.get(1), a.get(2), false, Float.parseFloat(a.get(3))));
      case "service_update":
        return List.of(
            naming.updateService(
                a.get(0), a.get(1), a.get(2), Map.of("owner", a.get(4)), Float.parseFloat(a.get(3)), new NoneSelector()));
      case "service_get":
        ServiceDetailInfo service = naming.getServiceDetail(a.get(0), a.get(1), a.get(2));
        return List.of(
            service.getServiceName(), Float.toString(service.getProtectThreshold()), service.getMetadata().toString());
      case "service_delete":
        return List.of(naming.removeService(a.get(0), a.get(1), a.get(2)));
      case "service_list":
        return texts(naming.listServices(a.get(0), a.get(1), "", false, 1, PAGE_SIZE).getPageItems(), one -> one.getName());
      case "service_subscribers":
        return List.of(Integer.toString(naming.getSubscribers(a.get(0), a.get(1), a.get(2)).getTotalCount()));
      default:
        throw new IllegalArgumentException(verb);
    }
  }

  private List<String> instances(String verb, List<String> a) throws Exception {
    Service service = new Service();
    service.setNamespaceId(a.get(0));
    service.setGroupName(a.get(1));
    service.setName(a.get(2));
    service.setEphemeral(false);
    switch (verb) {
      case "instance_register":
        return List.of(naming.registerInstance(service, instance(a)));
      case "instance_deregister":
        return List.of(naming.deregisterInstance(service, instance(a)));
      case "instance_update":
        Instance changed = instance(a);
        changed.setWeight(Double.parseDouble(a.get(5)));
        return List.of(naming.updateInstance(a.get(0), a.get(1), a.get(2), changed));
      case "instance_get":
        Instance one = naming.getInstanceDetail(service, instance(a));
        return List.of(one.getIp(), Double.toString(one.getWeight()), one.getMetadata().toString());
      case "instance_list":
        return texts(naming.listInstances(service, "DEFAULT", false), each -> each.getIp() + ":" + each.getPort());
      case "instance_add_metadata":
        return naming.batchUpdateInstanceMetadata(service, List.of(instance(a)), Map.of(a.get(5), a.get(6))).getUpdated();
      case "instance_client":
        return List.of(naming.getClientDetail(a.get(3) + ":" + a.get(4) + "#false").getClientType());
      case "metrics":
        return List.of(naming.getMetrics(false).getStatus());
      default:
        throw new IllegalArgumentException(verb);
    }
  }

  private static Instance instance(List<String> a) {
    Instance instance = new Instance();
    instance.setIp(a.get(3));
    instance.setPort(Integer.parseInt(a.get(4)));
    instance.setEphemeral(false);
    return instance;
  }

  private static List<String> truth(Boolean value) {
    return List.of(String.valueOf(value));
  }

  private static <T> List<String> texts(Iterable<T> items, java.util.function.Function<T, String> text) {
    List<String> texts = new ArrayList<>();
    for (T item : items) texts.add(text.apply(item));
    return texts;
  }
}
