// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"

	mqtt "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding.
const (
	scramMethod = "SCRAM-SHA-256"
	scramRounds = 4096
)

type exchange struct {
	clientFirstBare string
	serverFirst     string
	nonce           string
	salt            []byte
	serverFinal     []byte
}

// One for each client, for authenticating again.
type scrams struct {
	sync.Mutex
	exchanges map[*mqtt.Client]*exchange
}

func (s *scrams) get(cl *mqtt.Client) *exchange {
	s.Lock()
	defer s.Unlock()
	return s.exchanges[cl]
}

func (s *scrams) set(cl *mqtt.Client, e *exchange) {
	s.Lock()
	defer s.Unlock()
	if s.exchanges == nil {
		s.exchanges = map[*mqtt.Client]*exchange{}
	}
	s.exchanges[cl] = e
}

func (s *scrams) forget(cl *mqtt.Client) {
	s.Lock()
	defer s.Unlock()
	delete(s.exchanges, cl)
}

func sum(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func xor(a, b []byte) []byte {
	out := make([]byte, len(a))
	for i := range a {
		out[i] = a[i] ^ b[i]
	}
	return out
}

// Hi() of RFC 5802.
func saltedPassword(password string, salt []byte) []byte {
	u := sum([]byte(password), string(salt)+"\x00\x00\x00\x01")
	out := u
	for i := 1; i < scramRounds; i++ {
		u = sum([]byte(password), string(u))
		out = xor(out, u)
	}
	return out
}

func attribute(message string, name string) string {
	for _, part := range strings.Split(message, ",") {
		if strings.HasPrefix(part, name+"=") {
			return part[len(name)+1:]
		}
	}
	return ""
}

// The first message of the client: says what the server answers, or nil if it is none.
func (h *hook) begin(message string) *exchange {
	if !strings.HasPrefix(message, "n,") {
		return nil
	}
	parts := strings.SplitN(message, ",", 3)
	if len(parts) < 3 || attribute(parts[2], "n") != h.userName || attribute(parts[2], "r") == "" {
		return nil
	}
	e := &exchange{clientFirstBare: parts[2], salt: make([]byte, 16)}
	own := make([]byte, 18)
	_, _ = rand.Read(e.salt)
	_, _ = rand.Read(own)
	e.nonce = attribute(parts[2], "r") + base64.StdEncoding.EncodeToString(own)
	e.serverFirst = fmt.Sprintf("r=%s,s=%s,i=%d", e.nonce, base64.StdEncoding.EncodeToString(e.salt), scramRounds)
	return e
}

// The last message of the client: whether it knows the password.
func (h *hook) finish(e *exchange, message string) bool {
	withoutProof, proofText, found := strings.Cut(message, ",p=")
	proof, err := base64.StdEncoding.DecodeString(proofText)
	if !found || err != nil || len(proof) != sha256.Size ||
		attribute(withoutProof, "r") != e.nonce || attribute(withoutProof, "c") != "biws" {
		return false
	}
	salted := saltedPassword(h.password, e.salt)
	text := e.clientFirstBare + "," + e.serverFirst + "," + withoutProof
	clientKey := sum(salted, "Client Key")
	storedKey := sha256.Sum256(clientKey)
	if !hmac.Equal(xor(clientKey, sum(storedKey[:], text)), proof) {
		return false
	}
	e.serverFinal = []byte("v=" + base64.StdEncoding.EncodeToString(sum(sum(salted, "Server Key"), text)))
	return true
}

func sendAuth(cl *mqtt.Client, code packets.Code, data []byte) error {
	return cl.WritePacket(packets.Packet{
		FixedHeader: packets.FixedHeader{Type: packets.Auth},
		ReasonCode:  code.Code,
		Properties:  packets.Properties{AuthenticationMethod: scramMethod, AuthenticationData: data},
	})
}

func (h *hook) connectByScram(cl *mqtt.Client, pk packets.Packet) packets.Code {
	if pk.Properties.AuthenticationMethod != scramMethod {
		return packets.ErrBadAuthenticationMethod
	}
	e := h.begin(string(pk.Properties.AuthenticationData))
	if e == nil || sendAuth(cl, packets.CodeContinueAuthentication, []byte(e.serverFirst)) != nil {
		return packets.ErrNotAuthorized
	}
	fh := &packets.FixedHeader{}
	if cl.ReadFixedHeader(fh) != nil || fh.Type != packets.Auth {
		return packets.ErrProtocolViolation
	}
	answer, err := cl.ReadPacket(fh)
	if err != nil || answer.Properties.AuthenticationMethod != scramMethod ||
		answer.ReasonCode != packets.CodeContinueAuthentication.Code {
		return packets.ErrProtocolViolation
	}
	if !h.finish(e, string(answer.Properties.AuthenticationData)) {
		return packets.ErrNotAuthorized
	}
	h.scrams.set(cl, e)
	return packets.CodeSuccess
}

// Authenticating again, section 4.12.1: the broker answers 0x87 by DISCONNECT where this is an error.
func (h *hook) OnAuthPacket(cl *mqtt.Client, pk packets.Packet) (packets.Packet, error) {
	data := string(pk.Properties.AuthenticationData)
	if h.scrams.get(cl) == nil || pk.Properties.AuthenticationMethod != scramMethod {
		return pk, packets.ErrProtocolViolation
	}
	if pk.ReasonCode == packets.CodeReAuthenticate.Code {
		e := h.begin(data)
		if e == nil {
			return pk, packets.ErrNotAuthorized
		}
		h.scrams.set(cl, e)
		return pk, sendAuth(cl, packets.CodeContinueAuthentication, []byte(e.serverFirst))
	}
	e := h.scrams.get(cl)
	if !h.finish(e, data) {
		return pk, packets.ErrNotAuthorized
	}
	return pk, sendAuth(cl, packets.CodeSuccess, e.serverFinal)
}
