from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Login(_message.Message):
    __slots__ = ("player_session_id", "client_version")
    PLAYER_SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    player_session_id: str
    client_version: int
    def __init__(self, player_session_id: _Optional[str] = ..., client_version: _Optional[int] = ...) -> None: ...

class LoginResult(_message.Message):
    __slots__ = ("success", "reconnect_token", "peer_id", "fast_port", "ca_cert", "connect_token")
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    RECONNECT_TOKEN_FIELD_NUMBER: _ClassVar[int]
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    FAST_PORT_FIELD_NUMBER: _ClassVar[int]
    CA_CERT_FIELD_NUMBER: _ClassVar[int]
    CONNECT_TOKEN_FIELD_NUMBER: _ClassVar[int]
    success: bool
    reconnect_token: str
    peer_id: int
    fast_port: int
    ca_cert: bytes
    connect_token: str
    def __init__(self, success: _Optional[bool] = ..., reconnect_token: _Optional[str] = ..., peer_id: _Optional[int] = ..., fast_port: _Optional[int] = ..., ca_cert: _Optional[bytes] = ..., connect_token: _Optional[str] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PingResult(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class VerifyIdentity(_message.Message):
    __slots__ = ("peer_id", "connect_token")
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    CONNECT_TOKEN_FIELD_NUMBER: _ClassVar[int]
    peer_id: int
    connect_token: str
    def __init__(self, peer_id: _Optional[int] = ..., connect_token: _Optional[str] = ...) -> None: ...

class VerifyIdentityResult(_message.Message):
    __slots__ = ("success", "peer_id")
    SUCCESS_FIELD_NUMBER: _ClassVar[int]
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    success: bool
    peer_id: int
    def __init__(self, success: _Optional[bool] = ..., peer_id: _Optional[int] = ...) -> None: ...

class UdpConnect(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class PlayerConnect(_message.Message):
    __slots__ = ("peer_id",)
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    peer_id: int
    def __init__(self, peer_id: _Optional[int] = ...) -> None: ...

class PlayerDisconnect(_message.Message):
    __slots__ = ("peer_id",)
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    peer_id: int
    def __init__(self, peer_id: _Optional[int] = ...) -> None: ...

class JoinGroup(_message.Message):
    __slots__ = ("group",)
    GROUP_FIELD_NUMBER: _ClassVar[int]
    group: int
    def __init__(self, group: _Optional[int] = ...) -> None: ...

class LeaveGroup(_message.Message):
    __slots__ = ("group",)
    GROUP_FIELD_NUMBER: _ClassVar[int]
    group: int
    def __init__(self, group: _Optional[int] = ...) -> None: ...

class RequestGroupMembership(_message.Message):
    __slots__ = ("group",)
    GROUP_FIELD_NUMBER: _ClassVar[int]
    group: int
    def __init__(self, group: _Optional[int] = ...) -> None: ...

class GroupMembershipUpdate(_message.Message):
    __slots__ = ("group", "players")
    GROUP_FIELD_NUMBER: _ClassVar[int]
    PLAYERS_FIELD_NUMBER: _ClassVar[int]
    group: int
    players: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, group: _Optional[int] = ..., players: _Optional[_Iterable[int]] = ...) -> None: ...

class Packet(_message.Message):
    __slots__ = ("op_code", "sequence_number", "target_player", "target_group", "sender", "reliable", "client_version", "payload", "login", "login_result", "ping", "ping_result", "udp_connect", "player_connect", "player_disconnect", "verify_identity", "verify_identity_result", "join_group", "leave_group", "request_group_membership", "group_membership_update")
    OP_CODE_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    TARGET_PLAYER_FIELD_NUMBER: _ClassVar[int]
    TARGET_GROUP_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    RELIABLE_FIELD_NUMBER: _ClassVar[int]
    CLIENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    LOGIN_FIELD_NUMBER: _ClassVar[int]
    LOGIN_RESULT_FIELD_NUMBER: _ClassVar[int]
    PING_FIELD_NUMBER: _ClassVar[int]
    PING_RESULT_FIELD_NUMBER: _ClassVar[int]
    UDP_CONNECT_FIELD_NUMBER: _ClassVar[int]
    PLAYER_CONNECT_FIELD_NUMBER: _ClassVar[int]
    PLAYER_DISCONNECT_FIELD_NUMBER: _ClassVar[int]
    VERIFY_IDENTITY_FIELD_NUMBER: _ClassVar[int]
    VERIFY_IDENTITY_RESULT_FIELD_NUMBER: _ClassVar[int]
    JOIN_GROUP_FIELD_NUMBER: _ClassVar[int]
    LEAVE_GROUP_FIELD_NUMBER: _ClassVar[int]
    REQUEST_GROUP_MEMBERSHIP_FIELD_NUMBER: _ClassVar[int]
    GROUP_MEMBERSHIP_UPDATE_FIELD_NUMBER: _ClassVar[int]
    op_code: int
    sequence_number: int
    target_player: int
    target_group: int
    sender: int
    reliable: bool
    client_version: int
    payload: bytes
    login: Login
    login_result: LoginResult
    ping: Ping
    ping_result: PingResult
    udp_connect: UdpConnect
    player_connect: PlayerConnect
    player_disconnect: PlayerDisconnect
    verify_identity: VerifyIdentity
    verify_identity_result: VerifyIdentityResult
    join_group: JoinGroup
    leave_group: LeaveGroup
    request_group_membership: RequestGroupMembership
    group_membership_update: GroupMembershipUpdate
    def __init__(self, op_code: _Optional[int] = ..., sequence_number: _Optional[int] = ..., target_player: _Optional[int] = ..., target_group: _Optional[int] = ..., sender: _Optional[int] = ..., reliable: _Optional[bool] = ..., client_version: _Optional[int] = ..., payload: _Optional[bytes] = ..., login: _Optional[_Union[Login, _Mapping]] = ..., login_result: _Optional[_Union[LoginResult, _Mapping]] = ..., ping: _Optional[_Union[Ping, _Mapping]] = ..., ping_result: _Optional[_Union[PingResult, _Mapping]] = ..., udp_connect: _Optional[_Union[UdpConnect, _Mapping]] = ..., player_connect: _Optional[_Union[PlayerConnect, _Mapping]] = ..., player_disconnect: _Optional[_Union[PlayerDisconnect, _Mapping]] = ..., verify_identity: _Optional[_Union[VerifyIdentity, _Mapping]] = ..., verify_identity_result: _Optional[_Union[VerifyIdentityResult, _Mapping]] = ..., join_group: _Optional[_Union[JoinGroup, _Mapping]] = ..., leave_group: _Optional[_Union[LeaveGroup, _Mapping]] = ..., request_group_membership: _Optional[_Union[RequestGroupMembership, _Mapping]] = ..., group_membership_update: _Optional[_Union[GroupMembershipUpdate, _Mapping]] = ...) -> None: ...
