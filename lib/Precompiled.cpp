//===- Precompiled.cpp - Owner of the precompiled headers -----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The headers of ResNetCPrecompiled belong to a target, and a target has a
// source.
//
//===----------------------------------------------------------------------===//
