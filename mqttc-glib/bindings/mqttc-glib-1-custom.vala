// SPDX-FileCopyrightText: 2026 The mqttc-glib authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the metadata cannot say; vapigen merges it with what it finds in the GIR.
namespace Mqttc {
	// Their getters return something const, which the accessor of a property cannot.
	public sealed class Client : GLib.Object {
		[NoAccessorMethod]
		public GLib.Error? last_error { owned get; }
	}

	public sealed class EventLoop : GLib.Object {
		[NoAccessorMethod]
		public GLib.Error? last_error { owned get; }
	}

	// A GIR knows no properties of boxed types.
	[Compact]
	public class Event {
		public GLib.Error? error { get; }
		public Mqttc.EventType event_type { get; }
		public Mqttc.Message? message { get; }
		public Mqttc.Packet? packet { get; }
		public int64 retry_usec { get; }
	}

	[Compact]
	public class Message {
		public string? content_type { get; set; }
		public GLib.Bytes? correlation_data { get; set; }
		public bool dup { get; }
		public int64 expiry_interval { get; set; }
		public uint packet_id { get; }
		public GLib.Bytes payload { get; set; }
		public uint payload_format_indicator { get; set; }
		public Mqttc.Properties? properties { get; set; }
		public Mqttc.Qos qos { get; set; }
		public string? response_topic { get; set; }
		[CCode (array_length_type = "gsize", type = "const guint32*")]
		public uint32[]? subscription_ids { get; }
		public bool retain { get; set; }
		public string? text { get; set; }
		public string topic { get; set; }
	}

	[Compact]
	public class Packet {
		public bool clean_session { get; }
		public string? client_id { get; }
		public GLib.Bytes? filter_options { get; }
		[CCode (array_length = false, array_null_terminated = true)]
		public string[]? filters { get; }
		public uint keep_alive { get; }
		public Mqttc.Message? message { get; }
		public uint packet_id { get; }
		public Mqttc.PacketType packet_type { get; }
		public GLib.Bytes? password { get; }
		public Mqttc.Properties? properties { get; }
		public Mqttc.Protocol protocol { get; }
		public uint reason_code { get; }
		public GLib.Bytes? reason_codes { get; }
		public string? reason_string { get; }
		public bool session_present { get; }
		public string? user_name { get; }
	}

	[Compact]
	public class Properties {
		public uint length { get; }
	}

	[Compact]
	public class Statistics {
		public uint64 bytes_received { get; }
		public uint64 bytes_sent { get; }
		public uint64 connections { get; }
		public uint inflight { get; }
		public uint64 messages_received { get; }
		public uint64 messages_sent { get; }
		public uint64 packets_received { get; }
		public uint64 packets_sent { get; }
		public uint queued { get; }
		public uint64 queued_bytes { get; }
		public uint64 stray_acks { get; }
		public uint undelivered { get; }
	}

	[Compact]
	public class TlsFailure {
		public GLib.TlsCertificate certificate { get; }
		public GLib.TlsCertificateFlags errors { get; }
		public string? pin { get; }
	}
}
