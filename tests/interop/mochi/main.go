// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A broker for tests: Mochi MQTT with its limits, and what it leaves to programs, set by options.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// A client that publishes here a reason code in hexadecimal digits, and after a space the address of
// another server if it likes, gets a DISCONNECT that says so.
const disconnectTopic = "test/disconnect"

type options struct {
	listen              string
	receiveMaximum      uint
	topicAliasMaximum   uint
	maximumQos          uint
	maximumPacketSize   uint
	maximumExpiry       uint
	serverKeepAlive     int
	noRetain            bool
	noWildcards         bool
	noIdentifiers       bool
	noShared            bool
	responseInformation string
	redirect            string
	moved               bool
	userName            string
	password            string
	scram               bool
	old                 bool
	deny                string
}

func parse() *options {
	o := &options{}
	flag.StringVar(&o.listen, "listen", "127.0.0.1:0", "address and port")
	flag.UintVar(&o.receiveMaximum, "receive-maximum", 1024, "")
	flag.UintVar(&o.topicAliasMaximum, "topic-alias-maximum", 65535, "")
	flag.UintVar(&o.maximumQos, "maximum-qos", 2, "")
	flag.UintVar(&o.maximumPacketSize, "maximum-packet-size", 0, "0: no limit")
	flag.UintVar(&o.maximumExpiry, "session-expiry-maximum", 1<<32-1, "seconds")
	flag.IntVar(&o.serverKeepAlive, "server-keep-alive", -1, "seconds; -1: what the client says")
	flag.BoolVar(&o.noRetain, "no-retain", false, "")
	flag.BoolVar(&o.noWildcards, "no-wildcards", false, "")
	flag.BoolVar(&o.noIdentifiers, "no-subscription-identifiers", false, "")
	flag.BoolVar(&o.noShared, "no-shared-subscriptions", false, "")
	flag.StringVar(&o.responseInformation, "response-information", "", "for clients that ask for it")
	flag.StringVar(&o.redirect, "redirect", "", "refuse each client, and name this server")
	flag.BoolVar(&o.moved, "moved", false, "the redirection is for ever")
	flag.StringVar(&o.userName, "user-name", "", "")
	flag.StringVar(&o.password, "password", "", "")
	flag.BoolVar(&o.scram, "scram", false, "want the password by SCRAM-SHA-256")
	flag.BoolVar(&o.old, "old", false, "refuse MQTT 5, as a server that knows 3.1.1 alone does")
	flag.StringVar(&o.deny, "deny", "", "a topic, and filter, that nobody may use")
	flag.Parse()
	if flag.NArg() > 0 {
		log.Fatalf("%s: not an option", flag.Arg(0))
	}
	return o
}

func available(no bool) byte {
	if no {
		return 0
	}
	return 1
}

func (o *options) capabilities() *mqtt.Capabilities {
	c := *mqtt.DefaultServerCapabilities
	c.ReceiveMaximum = uint16(o.receiveMaximum)
	c.TopicAliasMaximum = uint16(o.topicAliasMaximum)
	c.MaximumQos = byte(o.maximumQos)
	c.MaximumPacketSize = uint32(o.maximumPacketSize)
	c.MaximumSessionExpiryInterval = uint32(o.maximumExpiry)
	c.RetainAvailable = available(o.noRetain)
	c.WildcardSubAvailable = available(o.noWildcards)
	c.SubIDAvailable = available(o.noIdentifiers)
	c.SharedSubAvailable = available(o.noShared)
	// Otherwise an ack repeats properties of the PUBLISH that an ack must not have.
	c.Compatibilities.NoInheritedPropertiesOnAck = true
	return &c
}

// What this version of the broker leaves to programs.
type hook struct {
	mqtt.HookBase
	*options
	server *mqtt.Server
	scrams scrams
}

func (h *hook) ID() string {
	return "mqttc"
}

func (h *hook) Provides(b byte) bool {
	switch b {
	case mqtt.OnConnect, mqtt.OnConnectAuthenticate, mqtt.OnACLCheck, mqtt.OnAuthPacket, mqtt.OnPacketRead,
		mqtt.OnPacketEncode, mqtt.OnDisconnect:
		return true
	}
	return false
}

func (h *hook) refuse(cl *mqtt.Client, code packets.Code, properties *packets.Properties) error {
	if err := h.server.SendConnack(cl, code, false, properties); err != nil {
		return err
	}
	return code
}

func (h *hook) OnConnect(cl *mqtt.Client, pk packets.Packet) error {
	if h.old && pk.ProtocolVersion == 5 {
		_, _ = cl.Net.Conn.Write([]byte{0x20, 2, 0, 1})
		return packets.ErrUnsupportedProtocolVersion
	}
	if h.serverKeepAlive >= 0 {
		cl.State.Keepalive = uint16(h.serverKeepAlive)
		cl.State.ServerKeepalive = true
	}
	if h.redirect != "" {
		code := packets.ErrUseAnotherServer
		if h.moved {
			code = packets.ErrServerMoved
		}
		return h.refuse(cl, code, &packets.Properties{ServerReference: h.redirect})
	}
	if h.scram {
		if code := h.connectByScram(cl, pk); code != packets.CodeSuccess {
			return h.refuse(cl, code, nil)
		}
	} else if pk.Properties.AuthenticationMethod != "" {
		return h.refuse(cl, packets.ErrBadAuthenticationMethod, nil)
	}
	return nil
}

func (h *hook) OnConnectAuthenticate(cl *mqtt.Client, pk packets.Packet) bool {
	return h.scram || h.userName == "" ||
		string(pk.Connect.Username) == h.userName && string(pk.Connect.Password) == h.password
}

func (h *hook) OnACLCheck(cl *mqtt.Client, topic string, write bool) bool {
	return h.deny == "" || topic != h.deny
}

func (h *hook) OnDisconnect(cl *mqtt.Client, err error, expire bool) {
	h.scrams.forget(cl)
}

// The broker tells the limits of receive maximum, QoS and expiry by itself.
func (h *hook) OnPacketEncode(cl *mqtt.Client, pk packets.Packet) packets.Packet {
	if pk.FixedHeader.Type != packets.Connack || pk.ReasonCode != 0 || cl.Properties.ProtocolVersion != 5 {
		return pk
	}
	p := &pk.Properties
	p.TopicAliasMaximum = uint16(h.topicAliasMaximum)
	p.MaximumPacketSize = uint32(h.maximumPacketSize)
	p.RetainAvailable, p.RetainAvailableFlag = 0, h.noRetain
	p.WildcardSubAvailable, p.WildcardSubAvailableFlag = 0, h.noWildcards
	p.SubIDAvailable, p.SubIDAvailableFlag = 0, h.noIdentifiers
	p.SharedSubAvailable, p.SharedSubAvailableFlag = 0, h.noShared
	p.ResponseInfo = h.responseInformation
	if exchange := h.scrams.get(cl); exchange != nil {
		p.AuthenticationMethod = scramMethod
		p.AuthenticationData = exchange.serverFinal
	}
	return pk
}

// Where the broker would go on in silence, or lower the QoS of what it was sent.
func (h *hook) fault(pk packets.Packet) packets.Code {
	if pk.FixedHeader.Type == packets.Publish {
		if uint(pk.FixedHeader.Qos) > h.maximumQos {
			return packets.ErrQosNotSupported
		} else if pk.FixedHeader.Retain && h.noRetain {
			return packets.ErrRetainNotSupported
		}
	}
	if pk.FixedHeader.Type == packets.Subscribe {
		for _, filter := range pk.Filters {
			if h.noShared && strings.HasPrefix(filter.Filter, "$share/") {
				return packets.ErrSharedSubscriptionsNotSupported
			} else if h.noWildcards && strings.ContainsAny(filter.Filter, "+#") {
				return packets.ErrWildcardSubscriptionsNotSupported
			}
		}
		if h.noIdentifiers && len(pk.Properties.SubscriptionIdentifier) > 0 {
			return packets.ErrSubscriptionIdentifiersNotSupported
		}
	}
	return packets.CodeSuccess
}

func (h *hook) OnPacketRead(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	if code := h.fault(pk); code != packets.CodeSuccess {
		_ = h.server.DisconnectClient(cl, code)
		return pk, code
	}
	if pk.FixedHeader.Type == packets.Publish && pk.TopicName == disconnectTopic {
		return pk, h.disconnect(cl, string(pk.Payload))
	}
	return pk, nil
}

func (h *hook) disconnect(cl *mqtt.Client, text string) error {
	word, reference, _ := strings.Cut(text, " ")
	number, err := strconv.ParseUint(word, 16, 8)
	if err != nil {
		return fmt.Errorf("%q: not a reason code", text)
	}
	code := packets.Code{Code: byte(number), Reason: "asked for"}
	_ = cl.WritePacket(packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Disconnect},
		ReasonCode:  code.Code,
		Properties: packets.Properties{
			ReasonString:    code.Reason,
			ServerReference: reference,
			User:            []packets.UserProperty{{Key: "by", Val: "one"}, {Key: "by", Val: "two"}},
		},
	})
	cl.Stop(code)
	return code
}

func main() {
	o := parse()
	server := mqtt.New(&mqtt.Options{Capabilities: o.capabilities()})
	h := &hook{options: o, server: server}
	if err := server.AddHook(h, nil); err != nil {
		log.Fatal(err)
	}
	if err := server.AddListener(listeners.NewTCP("tcp", o.listen, nil)); err != nil {
		log.Fatal(err)
	}

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	if err := server.Serve(); err != nil {
		log.Fatal(err)
	}
	<-signals
	_ = server.Close()
}
