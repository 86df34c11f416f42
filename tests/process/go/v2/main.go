// The driver of github.com/nacos-group/nacos-sdk-go/v2: gRPC. The protocol is in ../driver.
package main

import (
	"fmt"
	"sync"

	"batata/driver"

	"github.com/nacos-group/nacos-sdk-go/v2/clients"
	"github.com/nacos-group/nacos-sdk-go/v2/clients/config_client"
	"github.com/nacos-group/nacos-sdk-go/v2/clients/naming_client"
	"github.com/nacos-group/nacos-sdk-go/v2/common/constant"
	"github.com/nacos-group/nacos-sdk-go/v2/model"
	"github.com/nacos-group/nacos-sdk-go/v2/vo"
)

const (
	pageSize  = 100
	timeoutMs = 5000
)

func open(o driver.Opening, emit driver.Emit) (driver.Client, error) {
	client := vo.NacosClientParam{
		ClientConfig: &constant.ClientConfig{NamespaceId: o.Namespace, TimeoutMs: timeoutMs, Username: o.User, Password: o.Password,
			CacheDir: o.State + "/cache", LogDir: o.State + "/log", LogLevel: "warn", NotLoadCacheAtStart: true,
			DisableUseSnapShot: true,
			// Without this the library keeps the last instance of a service for ever.
			UpdateCacheWhenEmpty: true},
		ServerConfigs: []constant.ServerConfig{{IpAddr: o.Host, Port: o.Port}},
	}
	if o.Kind == "config" {
		service, err := clients.NewConfigClient(client)
		return &configVerbs{service: service, emit: emit}, err
	}
	service, err := clients.NewNamingClient(client)
	return &namingVerbs{service: service, namespace: o.Namespace, emit: emit, listeners: map[string]*vo.SubscribeParam{}}, err
}

type configVerbs struct {
	service config_client.IConfigClient
	emit    driver.Emit
}

func (c *configVerbs) Run(verb string, a []string) ([]string, error) {
	param := vo.ConfigParam{DataId: a[0], Group: a[1]}
	switch verb {
	case "publish":
		param.Content, param.Type = a[2], a[3]
		return driver.Truth(c.service.PublishConfig(param))
	case "publish_cas":
		param.Content, param.CasMd5 = a[2], a[3]
		return driver.Truth(c.service.PublishConfig(param))
	case "publish_beta":
		param.Content, param.BetaIps = a[2], a[3]
		return driver.Truth(c.service.PublishConfig(param))
	case "get":
		content, err := c.service.GetConfig(param)
		return []string{content}, err
	case "remove":
		return driver.Truth(c.service.DeleteConfig(param))
	case "listen":
		listener := a[2]
		param.OnChange = func(_, _, _, content string) { c.emit(listener, content) }
		return nil, c.service.ListenConfig(param)
	case "unlisten":
		return nil, c.service.CancelListenConfig(param)
	}
	return nil, fmt.Errorf("a configuration client does not know %s", verb)
}

func (c *configVerbs) Close() { c.service.CloseClient() }

type namingVerbs struct {
	service   naming_client.INamingClient
	namespace string
	emit      driver.Emit
	lock      sync.Mutex // guards listeners
	listeners map[string]*vo.SubscribeParam
}

func (n *namingVerbs) Run(verb string, a []string) ([]string, error) {
	switch verb {
	case "register", "register_persistent":
		return driver.Truth(n.service.RegisterInstance(instance(a, verb == "register")))
	case "register_batch":
		return driver.Truth(n.service.BatchRegisterInstance(batch(a)))
	case "deregister", "deregister_persistent":
		return driver.Truth(n.service.DeregisterInstance(vo.DeregisterInstanceParam{ServiceName: a[0], GroupName: a[1], Ip: a[2],
			Port: driver.Number(a[3]), Ephemeral: verb == "deregister"}))
	case "instances":
		return texts(n.service.SelectAllInstances(vo.SelectAllInstancesParam{ServiceName: a[0], GroupName: a[1]}))
	case "select":
		return texts(n.service.SelectInstances(vo.SelectInstancesParam{ServiceName: a[0], GroupName: a[1], HealthyOnly: true}))
	case "subscribe":
		return nil, n.service.Subscribe(n.subscription(a))
	case "unsubscribe":
		n.lock.Lock()
		defer n.lock.Unlock()
		param := n.listeners[a[2]]
		delete(n.listeners, a[2])
		return nil, n.service.Unsubscribe(param)
	case "services":
		list, err := n.service.GetAllServicesInfo(vo.GetAllServiceInfoParam{NameSpace: n.namespace, GroupName: a[0], PageNo: 1,
			PageSize: pageSize})
		return list.Doms, err
	}
	return nil, fmt.Errorf("a naming client does not know %s", verb)
}

func (n *namingVerbs) Close() { n.service.CloseClient() }

func (n *namingVerbs) subscription(a []string) *vo.SubscribeParam {
	listener := a[2]
	param := &vo.SubscribeParam{ServiceName: a[0], GroupName: a[1]}
	param.SubscribeCallback = func(instances []model.Instance, err error) {
		if err == nil {
			fields, _ := texts(instances, nil)
			n.emit(listener, fields...)
		}
	}
	n.lock.Lock()
	defer n.lock.Unlock()
	n.listeners[listener] = param
	return param
}

func instance(a []string, ephemeral bool) vo.RegisterInstanceParam {
	return vo.RegisterInstanceParam{ServiceName: a[0], GroupName: a[1], Ip: a[2], Port: driver.Number(a[3]),
		Weight: driver.Float(a[4]), Enable: true, Healthy: true, Metadata: driver.Pairs(a[5]), Ephemeral: ephemeral}
}

// batch reads SERVICE GROUP and then "ip:port" as often as there are instances.
func batch(a []string) vo.BatchRegisterInstanceParam {
	param := vo.BatchRegisterInstanceParam{ServiceName: a[0], GroupName: a[1]}
	for _, address := range a[2:] {
		ip, port := driver.Address(address)
		param.Instances = append(param.Instances, vo.RegisterInstanceParam{Ip: ip, Port: port, Weight: 1, Enable: true, Healthy: true,
			Ephemeral: true})
	}
	return param
}

func texts(instances []model.Instance, err error) ([]string, error) {
	fields := make([]string, len(instances))
	for i, one := range instances {
		fields[i] = driver.Instance(one.Ip, one.Port, one.Weight, one.Healthy, one.Metadata)
	}
	return fields, err
}

func main() { driver.Run(open) }
