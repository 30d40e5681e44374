"""Runs our custom actions inside the engine, where Rasa expects an action server."""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor


class InProcessActions(EndpointConfig):  # type: ignore[misc]
    """An endpoint that calls rasa_sdk's executor instead of a network address."""

    def __init__(self, package: str = "bot.actions") -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        # Rasa checks each result against a JSON schema, which takes longer than the rest of a turn
        # and guards against action servers of others; ours is rasa_sdk itself, in this process.
        RemoteAction._validate_action_result = lambda self, result: True
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Run the action that `json` names, as the action server's webhook would."""
        return await self._executor.run(kwargs["json"])
