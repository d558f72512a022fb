"""The search attributes by which Temporal's own page finds tenants: made once for each namespace."""

from __future__ import annotations

from contextlib import suppress

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

from stacks.fleet.temporal.shared import SITE_ATTRIBUTE, TENANT_ATTRIBUTE, VERB_ATTRIBUTE, VERDICT_ATTRIBUTE

ATTRIBUTES = (TENANT_ATTRIBUTE, SITE_ATTRIBUTE, VERDICT_ATTRIBUTE, VERB_ATTRIBUTE)


async def is_searchable(client: Client) -> bool:
    """Tell whether the namespace has the attributes. A server that does not say is taken to have none."""
    try:
        request = ListSearchAttributesRequest(namespace=client.namespace)
        answer = await client.operator_service.list_search_attributes(request)
    except RPCError:
        return False
    return set(ATTRIBUTES) <= set(answer.custom_attributes)


async def make_searchable(client: Client) -> None:
    """Make the attributes where they are missing and we may."""
    if await is_searchable(client):
        return
    kinds = dict.fromkeys(ATTRIBUTES, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD)
    with suppress(RPCError):  # somebody else has made them meanwhile, or only an administrator may
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
        )
